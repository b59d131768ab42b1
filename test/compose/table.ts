import type { Account } from './accounts.ts'

/** What happened, and what became of the samples that were made meanwhile. */
export function tableOf(accounts: readonly Account[]): string {
  const columns = ['sent', 'archived', 'lost', 'doubled', 'unmarked', 'seconds'] as const
  const rows = accounts.map((account) =>
    columns.map((column) => String(account[column]).padStart(9)).join(''),
  )
  const head = columns.map((column) => column.padStart(9)).join('')
  const names = ['what happened', ...accounts.map(({ happened }) => happened)]
  const width = Math.max(...names.map((name) => name.length))
  return [head, ...rows].map((row, i) => `${names[i]?.padEnd(width)}${row}`).join('\n')
}
