import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { Said } from './mla.ts'

/** What an operator typed and saw, as a page. */
export interface Diary {
  add(title: string, words: readonly string[], said: Said): void
  /** Ends the page with what became of the samples. */
  close(sentence: string): void
}

/** Writes the page to a file; without one it keeps nothing. */
export function createDiary(file: string | undefined, heading: string, lead: string): Diary {
  const parts = [`# ${heading}`, '', lead, '']
  return {
    add(title, words, { code, out, err }) {
      const typed = words.map((word) => (/[^\w./-]/.test(word) ? `'${word}'` : word)).join(' ')
      const shown = stripVTControlCharacters(`${out}${err}`).trimEnd()
      const ended = code === 0 ? '' : `\n(exit code ${code})`
      parts.push(`## ${title}`, '', '```text', `$ mla ${typed}\n${shown}${ended}`, '```', '')
    },
    close(sentence) {
      if (file !== undefined) writeFileSync(file, `${[...parts, sentence].join('\n')}\n`)
    },
  }
}
