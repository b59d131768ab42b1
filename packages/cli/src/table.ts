import type { Output } from './cli.ts'

export interface Column<T> {
  readonly title: string
  readonly align?: 'right'
  text(row: T): string
}

/** Prints rows under their titles, two blanks apart; only a terminal cuts the last column. */
export function printTable<T>(
  out: Output,
  rows: readonly T[],
  columns: readonly Column<T>[],
  paint: (line: string, row: T) => string = (line) => line,
): void {
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))))
  const widths = columns.map(({ title }, i) =>
    cells.reduce((widest, row) => Math.max(widest, row[i]?.length ?? 0), title.length),
  )
  const format = (texts: readonly string[]): string => {
    const line = texts
      .map((text, i) => {
        const width = widths[i] ?? 0
        return columns[i]?.align === 'right' ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd()
    return out.width !== null && line.length > out.width ? `${line.slice(0, out.width - 1)}…` : line
  }
  out.line(out.paint('bold', format(columns.map(({ title }) => title))))
  for (const [i, row] of rows.entries()) out.line(paint(format(cells[i] ?? []), row))
}

/** Control characters in a value must not move the cursor of a terminal. */
export const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
