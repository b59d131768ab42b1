import { randomUUID } from 'node:crypto'
import { type Micros, MlaError } from '@mla/model'
import { followDocuments, type StateDocumentsParts } from './state-documents.ts'

/** What an operator wrote down of a moment, of a point or of an alarm then. */
export interface Note {
  readonly id: string
  /** The moment that it is about. */
  readonly time: Micros
  readonly point: string | null
  readonly alarm: string | null
  readonly text: string
  readonly by: string
  readonly written: Micros
}

export type WantedNote = Pick<Note, 'time' | 'point' | 'alarm' | 'text'>

/** Which notes; what is absent or null does not limit. */
export interface NoteChoice {
  /** [from, to) of the moments. */
  readonly from?: Micros | null
  readonly to?: Micros | null
  /** Of these points, and of no point nor alarm. */
  readonly points?: readonly string[] | null
  readonly alarm?: string | null
}

/** The notes of all operators; they outlive all processes on `mla.state`. */
export interface Notes {
  /** By moment, the newest first. */
  list(choice: NoteChoice): readonly Note[]
  /** Throws QUERY_INVALID, QUERY_TOO_LARGE, and what the bus throws. */
  add(wanted: WantedNote, by: string): Promise<Note>
  remove(id: string, by: string): Promise<void>
}

/** Some twenty years of ten a night; half a kilobyte each in memory. */
const mostNotes = 75_000
const longestText = 2_000

interface Parts extends StateDocumentsParts {
  readonly isPoint: (id: string) => boolean
  readonly isAlarm: (id: string) => boolean
}

type Content = Omit<Note, 'id' | 'by' | 'written'>

export function followNotes({ isPoint, isAlarm, ...parts }: Parts): Notes {
  const documents = followDocuments<Content>(parts, 'note/', 'notes')
  const all = function* (): Iterable<Note> {
    for (const [id, { content, by, time: written }] of documents.all)
      yield { id, ...content, by, written }
  }
  return {
    list: (choice) => [...all()].filter((note) => fits(note, choice)).sort(byNewest),
    async add(wanted, by) {
      const text = wanted.text.trim()
      if (text === '' || text.length > longestText) {
        throw invalid(`text: 1 to ${longestText} characters`)
      }
      const { time, point, alarm } = wanted
      if (time > parts.now()) throw invalid('time: a note is about now or the past')
      if (point !== null && !isPoint(point)) {
        throw invalid(`point: there is no ${point.slice(0, 80)}; its id is System/…/Name`)
      }
      if (alarm !== null && !isAlarm(alarm)) {
        throw invalid(`alarm: there is no ${alarm.slice(0, 80)}; { alarms { id } } lists them`)
      }
      if (documents.all.size >= mostNotes) {
        throw new MlaError('QUERY_TOO_LARGE', `there are ${mostNotes} notes; remove old ones first`)
      }
      const content = { time, point, alarm, text }
      const id = randomUUID()
      return { id, ...content, by, written: await documents.write(id, content, by) }
    },
    async remove(id, by) {
      if (!documents.all.has(id)) throw invalid(`id: there is no note ${id.slice(0, 80)}`)
      await documents.write(id, null, by)
    },
  }
}

const fits = (note: Note, { from, to, points, alarm }: NoteChoice): boolean =>
  note.time >= (from ?? Number.NEGATIVE_INFINITY) &&
  note.time < (to ?? Number.POSITIVE_INFINITY) &&
  (alarm == null || note.alarm === alarm) &&
  (points == null || (note.point === null ? note.alarm === null : points.includes(note.point)))

const byNewest = (a: Note, b: Note): number => b.time - a.time || b.written - a.written

const invalid = (message: string): MlaError => new MlaError('QUERY_INVALID', message)
