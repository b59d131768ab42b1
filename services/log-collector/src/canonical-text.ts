/** JSON that is the same for the same content: to see whether a part of the configuration changed. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    if (item instanceof Map) return [...item].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
