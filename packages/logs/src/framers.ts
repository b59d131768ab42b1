import { createAcsFramer } from './frame-acs.ts'
import { createDelimitedFramer } from './frame-delimited.ts'
import { createJournalFramer } from './frame-journal.ts'
import { createSyslogFramer } from './frame-syslog.ts'
import type { Framer } from './framing.ts'
import type { Recipe } from './recipe.ts'

const newline = 10

/** How a recipe's records are cut out of a stream, and out of a file. */
export function createFramer(recipe: Recipe, from: 'stream' | 'file', most: number): Framer {
  switch (recipe.format) {
    case 'acs':
      return createAcsFramer(most)
    case 'journal':
      return createJournalFramer(most)
    case 'syslog':
      return from === 'stream' ? createSyslogFramer(most) : createDelimitedFramer(newline, most)
    case 'gelf':
      return createDelimitedFramer(from === 'stream' ? 0 : newline, most)
    default:
      return createDelimitedFramer(newline, most)
  }
}
