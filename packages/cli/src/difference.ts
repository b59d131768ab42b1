import type { CdbDifference, Difference } from '@mla/cdb'
import type { Output } from './cli.ts'

const titles: Partial<Record<keyof CdbDifference, string>> = { archiveClasses: 'archive classes' }
const order = ['sources', 'archiveClasses', 'components', 'points'] as const

/** How many keys of one kind are listed. */
const mostListed = 200

/** Tells a difference kind by kind: `+` added, `~` changed, `-` removed. */
export function printDifference(out: Output, difference: CdbDifference): void {
  const kinds = Object.keys(difference) as (keyof CdbDifference)[]
  const rest = kinds.filter((kind) => !order.some((one) => one === kind))
  for (const kind of [...order, ...rest]) {
    tell(out, titles[kind] ?? kind, difference[kind])
  }
}

export const isSame = (difference: CdbDifference): boolean =>
  Object.values(difference).every(
    ({ added, changed, removed }: Difference) =>
      added.length + changed.length + removed.length === 0,
  )

function tell(out: Output, what: string, { added, changed, removed }: Difference): void {
  out.line(`${what}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`)
  const list = (
    keys: readonly string[],
    colour: 'green' | 'yellow' | 'red',
    sign: string,
  ): void => {
    for (const key of keys.slice(0, mostListed)) out.line(out.paint(colour, `  ${sign} ${key}`))
    if (keys.length > mostListed) out.line(`  … and ${keys.length - mostListed} more`)
  }
  list(added, 'green', '+')
  list(changed, 'yellow', '~')
  list(removed, 'red', '-')
}
