export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Puts the environment's values in for `${NAME}` and `${NAME:-default}` (as in compose files:
 * the default also stands in for an empty value). Tells which names have neither.
 */
export function withEnvironment(
  text: string,
  env: Environment,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = []
  const filled = text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_whole, name: string, fallback: string | undefined) => {
      const value = env[name]
      if (value !== undefined && value !== '') return value
      if (fallback === undefined) missing.push(name)
      return fallback ?? ''
    },
  )
  return { text: filled, missing }
}
