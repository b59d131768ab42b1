import { AvroWriter, type LogCursor, logTexts, type Micros, priorities } from '@mla/model'
import { ByteDictionary } from './byte-dictionary.ts'
import { GramSet } from './grams.ts'
import {
  anySource,
  columns,
  hourOf,
  type LogBlockKey,
  type LogLanes,
  mostNames,
  packBlock,
  type RankCounts,
  type SealedLogBlock,
  seenKey,
} from './log-block.ts'

const ranks = priorities.length
/** Where these begin in a cursor's `ranges`. */
const source = 2 * logTexts.indexOf('source')
const host = 2 * logTexts.indexOf('host')
const message = 2 * logTexts.indexOf('message')

/** Which of the columns is which. */
const at = Object.fromEntries(columns.map((name, i) => [name, i])) as Record<
  (typeof columns)[number],
  number
>

/** Where a block grows; used again for the next one, since what is given back costs more than what is kept. */
export class BlockRoom {
  readonly columns = columns.map(() => new AvroWriter(4096))
  readonly messages = new AvroWriter(64 * 1024)
  readonly rest = new AvroWriter(16 * 1024)
  readonly head = new AvroWriter(16 * 1024)
  readonly grams = new GramSet()

  clear(): void {
    for (const writer of [...this.columns, this.messages, this.rest]) writer.cutTo(0)
    this.grams.clear()
  }
}

/** The records of one partition from one cut to the next, in columns, as their bytes came. */
export class OpenLogBlock {
  readonly key: LogBlockKey
  #next: number
  #closed: Micros
  #count = 0
  readonly #offsets: [offset: number, records: number][] = []
  readonly #sources = new ByteDictionary()
  readonly #hosts = new ByteDictionary()
  /** Records by source, then rank. */
  #counts = new Float64Array(ranks * 16)
  #withoutHost = false
  readonly room: BlockRoom
  readonly #columns: readonly AvroWriter[]
  readonly #messages: AvroWriter
  readonly #rest: AvroWriter
  readonly #grams: GramSet
  readonly #seen = new Set<string>()
  #seenHour = Number.NaN
  #seenBits = new Uint8Array(ranks * 16)
  #time: Micros = 0
  #first: Micros = Number.POSITIVE_INFINITY
  #last: Micros = Number.NEGATIVE_INFINITY

  /** The room must be clear, and is of no other block until this one is given up. */
  constructor(key: LogBlockKey, room: BlockRoom) {
    this.key = key
    this.room = room
    this.#columns = room.columns
    this.#messages = room.messages
    this.#rest = room.rest
    this.#grams = room.grams
    this.#next = key.cut
    this.#closed = key.opened
  }

  get bytes(): number {
    return this.#messages.length + this.#rest.length + this.#count * 12
  }

  get next(): number {
    return this.#next
  }

  /** A batch without records (a copy of another, or an empty one) moves the position only. */
  begin(offset: number, appendTime: Micros): void {
    this.#next = offset + 1
    this.#closed = Math.max(this.#closed, appendTime)
    this.#offsets.push([offset, 0])
  }

  /** Takes the record that the cursor stands on. */
  add(cursor: LogCursor): void {
    const { bytes, ranges, time, rank } = cursor
    const batch = this.#offsets.at(-1) as [number, number]
    batch[1]++
    this.#count++
    const from = ranges[message] as number
    const to = ranges[message + 1] as number
    const sourceId = this.#sources.idOf(
      bytes,
      ranges[source] as number,
      ranges[source + 1] as number,
    )
    const hostFrom = ranges[host] as number
    const hostEnd = ranges[host + 1] as number
    const hostId = hostFrom < 0 ? 0 : 1 + this.#hosts.idOf(bytes, hostFrom, hostEnd)
    if (hostId === 0) this.#withoutHost = true
    const restFrom = hostFrom < 0 ? (ranges[source + 1] as number) + 1 : hostEnd
    const restTo = from - sizeOfLength(to - from)
    const put = this.#columns
    put[at.time]?.long(time - this.#time)
    put[at.received]?.long(cursor.receivedTime - time)
    put[at.rank]?.byte(rank)
    put[at.source]?.long(sourceId)
    put[at.host]?.long(hostId)
    put[at.message]?.long(to - from)
    put[at.before]?.long(restTo - restFrom)
    put[at.after]?.long(cursor.end - to)
    this.#messages.copy(bytes, from, to)
    this.#rest.copy(bytes, restFrom, restTo)
    this.#rest.copy(bytes, to, cursor.end)
    this.#grams.add(bytes, from, to)
    this.#time = time
    if (time < this.#first) this.#first = time
    if (time > this.#last) this.#last = time
    this.#see(sourceId, rank, time)
  }

  #see(sourceId: number, rank: number, time: Micros): void {
    const cell = sourceId * ranks + rank
    if (cell >= this.#counts.length) {
      const counts = new Float64Array(this.#counts.length * 2)
      counts.set(this.#counts)
      this.#counts = counts
      const bits = new Uint8Array(counts.length)
      bits.set(this.#seenBits)
      this.#seenBits = bits
    }
    this.#counts[cell] = (this.#counts[cell] as number) + 1
    const hour = hourOf(time)
    if (hour !== this.#seenHour) {
      this.#seenHour = hour
      this.#seenBits.fill(0)
    }
    if (this.#seenBits[cell] === 1) return
    this.#seenBits[cell] = 1
    const name = sourceId < mostNames ? (this.#sources.texts[sourceId] as string) : anySource
    this.#seen.add(seenKey(hour, rank, name))
  }

  /** The block as it is now; more may be added behind. */
  seal(lanes: LogLanes): SealedLogBlock {
    const counts = this.#sources.texts.map((_, id) => this.#countsOf(id))
    const total = priorities.map((_, rank) =>
      counts.reduce((sum, one) => sum + (one[rank] as number), 0),
    )
    const hosts = [...this.#hosts.texts, ...(this.#withoutHost ? [''] : [])]
    const names = this.#sources.texts
    return {
      ...this.key,
      next: this.#next,
      closed: this.#closed,
      first: this.#count > 0 ? this.#first : this.key.opened,
      last: this.#count > 0 ? this.#last : this.key.opened,
      batches: this.#offsets.length,
      lanes: new Map(lanes),
      seen: this.#seen,
      summary: {
        count: this.#count,
        counts: total,
        sources:
          names.length > mostNames
            ? null
            : Object.fromEntries(names.map((name, id) => [name, counts[id] as RankCounts])),
        hosts: hosts.length > mostNames ? null : hosts,
      },
      filter: this.#grams.seal(),
      data: packBlock(this.#head(), this.#messages.view(), this.#rest.view()),
    }
  }

  #countsOf(sourceId: number): RankCounts {
    return [...this.#counts.subarray(sourceId * ranks, (sourceId + 1) * ranks)]
  }

  #head(): Uint8Array {
    const { head } = this.room
    head.cutTo(0)
    head.long(this.#count)
    const batches = this.#offsets.filter(([, records]) => records > 0)
    head.long(batches.length)
    let before = 0
    for (const [offset, records] of batches) {
      head.long(offset - before)
      head.long(records)
      before = offset
    }
    for (const { texts } of [this.#sources, this.#hosts]) {
      if (texts.length > 0) head.long(texts.length)
      for (const text of texts) head.string(text)
      head.byte(0)
    }
    for (const column of this.#columns) head.raw(column.view())
    return head.view()
  }
}

/** Bytes of the length that stands in front of a text of so many bytes. */
function sizeOfLength(length: number): number {
  let size = 1
  for (let rest = Math.floor(length / 64); rest > 0; rest = Math.floor(rest / 128)) size++
  return size
}
