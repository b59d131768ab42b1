const forms: readonly [kind: string, form: RegExp, rule: string][] = [
  ['i', /^\d{1,10}$/, 'i= is a number up to 4294967295'],
  ['s', /^[\s\S]{1,4096}$/, 's= is a text of 1 to 4096 characters'],
  [
    'g',
    /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/,
    'g= is a GUID such as 09087e75-8e5e-499b-954f-f2a9603db28a',
  ],
  ['b', /^[A-Za-z0-9+/]+={0,2}$/, 'b= is base64'],
]

/**
 * What is wrong with a node id (OPC 10000-6, 5.3.1.10, and `nsu=` of OPC 10000-6, 5.1.12), or
 * null: `nsu=<namespace URI>;s=<name>`, also with i=, g=, b=; `i=…` is of the standard namespace.
 */
export function problemOfNodeId(text: string): { message: string; cure: string } | null {
  const match = /^(?:nsu=([^;]+);|ns=(\d{1,5});)?([isgb])=([\s\S]*)$/.exec(text)
  if (!match) {
    return {
      message: `"${text.slice(0, 80)}" is not a node id`,
      cure: 'write nsu=<namespace URI>;s=<name> (or i=, g=, b=)',
    }
  }
  const [, , , kind = '', identifier = ''] = match
  const form = forms.find(([name]) => name === kind)
  if (form?.[1].test(identifier) && !(kind === 'i' && Number(identifier) > 0xffff_ffff)) return null
  return { message: `"${text.slice(0, 80)}" is not a node id`, cure: form?.[2] ?? '' }
}

/** A namespace index may be another one after the server's next start. */
export const hasUnstableNamespace = (nodeId: string): boolean => /^ns=0*[1-9]/.test(nodeId)
