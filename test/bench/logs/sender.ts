/**
 * Sends syslog lines of about 220 bytes over TCP, as a process of its own: port, connections,
 * megabytes in all, megabytes a second (0: as fast as they are taken). Each line has the time, and ends
 * with the connection and its number on it, so that whoever receives them can say which are missing.
 * Prints how many lines and bytes it has sent.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const [port = 0, connections = 4, megabytes = 100, rate = 0] = process.argv.slice(2).map(Number)

const texts = [
  'trigger rate % Hz above threshold % in module %, temperature % degC, high voltage % V, all channels nominal',
  'axis azimuth: position % deg, following error % arcsec, motor current % A, drive state TRACKING, brake released',
  'received % events of run %, buffer % percent full, % dropped, writing to /data/run%/part%.fits.fz',
  'session opened for user observer by (uid=%) from 10.%.%.% port % ssh2: RSA SHA256:%',
  'chiller % flow % l/min outside of [%, %], pump speed set to % rpm, supply temperature % degC, valve % open',
]
const hosts = Array.from({ length: 40 }, (_, i) => `tel${String(i % 9).padStart(2, '0')}-node${i}`)
const programs = ['camera-server', 'drive-controller', 'event-builder', 'sshd', 'chiller-plc']

let seed = 12_345
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

const stampNow = (): string => `${new Date().toISOString().slice(0, 23)}000Z`

/** A megabyte of lines of one connection, their times and numbers still to be put in, and where those are. */
function makePool(connection: number): { bytes: Buffer; stamps: number[]; places: number[] } {
  const lines: Buffer[] = []
  const stamps: number[] = []
  const places: number[] = []
  let size = 0
  while (size < 1024 * 1024) {
    const kind = random(texts.length)
    const text = (texts[kind] ?? '').replace(/%/g, () =>
      String(random(random(3) === 0 ? 100_000 : 1_000)),
    )
    const priority = 16 * 8 + ([7, 6, 6, 6, 5, 4, 3][random(7)] ?? 6)
    const head = `<${priority}>1 ${stampNow()} ${hosts[random(hosts.length)]} ${programs[kind]} ${1000 + random(9000)} - - ${text}`
    const line = Buffer.from(`${head} seq=${connection}:000000000\n`)
    stamps.push(size + `<${priority}>1 `.length)
    places.push(size + line.length - 10)
    size += line.length
    lines.push(line)
  }
  return { bytes: Buffer.concat(lines), stamps, places }
}

async function send(connection: number): Promise<{ lines: number; bytes: number }> {
  const { bytes, stamps, places } = makePool(connection)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const began = performance.now()
  const wanted = (megabytes * 1e6) / connections
  let [lines, sent] = [0, 0]
  while (sent < wanted) {
    const part = Buffer.from(bytes)
    const now = Buffer.from(stampNow())
    for (const place of stamps) part.set(now, place)
    for (const place of places) {
      let number = lines++
      for (let digit = 8; digit >= 0; digit--) {
        part[place + digit] = 48 + (number % 10)
        number = Math.floor(number / 10)
      }
    }
    if (!socket.write(part)) await once(socket, 'drain')
    sent += part.length
    if (rate > 0) {
      const due = (sent / ((rate * 1e6) / connections)) * 1000
      await delay(Math.max(0, began + due - performance.now()))
    }
  }
  socket.end()
  await once(socket, 'close')
  return { lines, bytes: sent }
}

const sums = await Promise.all(Array.from({ length: connections }, (_, i) => send(i)))
process.stdout.write(
  `${JSON.stringify({ lines: sums.map(({ lines }) => lines), bytes: sums.reduce((sum, { bytes }) => sum + bytes, 0) })}\n`,
)
