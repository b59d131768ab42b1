import type { Output } from './cli.ts'

export interface CsvColumn<T> {
  readonly name: string
  value(row: T): unknown
}

/** Prints rows as RFC 4180 wants it, names first; what is null is empty, what is no text is JSON. */
export function printCsv<T>(
  out: Output,
  rows: Iterable<T>,
  columns: readonly CsvColumn<T>[],
): void {
  out.line(columns.map(({ name }) => name).join(','))
  for (const row of rows) out.line(columns.map(({ value }) => cellOf(value(row))).join(','))
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
