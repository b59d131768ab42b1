import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createPacketAssembler } from '@mla/logs'
import type { Sender } from './intake.ts'
import { type Listener, type ListenerParts, plainAddress } from './listener.ts'
import { readUdpDrops } from './udp-drops.ts'

/** Asked of the kernel, which gives what net.core.rmem_max allows. */
const receiveBuffer = 16 * 1024 * 1024
const mostSenders = 10_000
const gelfLimits = {
  mostBytes: 8 * 1024 * 1024,
  mostPending: 10_000,
  mostPendingBytes: 64 * 1024 * 1024,
}
const dropsEvery = 1_000_000

/** Listens for datagrams, a record in each. What the kernel drops for want of room is measured. */
export async function openUdp(parts: ListenerParts): Promise<Listener> {
  const { source, recipe, intake, listen, now, senderOf } = parts
  const packets = recipe.format === 'gelf' ? createPacketAssembler(gelfLimits) : null
  const senders = new Map<string, Sender>()
  const socket = createSocket({
    type: listen.host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: receiveBuffer,
    reuseAddr: false,
  })
  let readDropsAt = 0
  let drops = 0

  /** One lane for each address, so that order holds as far as it does in UDP. */
  function senderAt(address: string): Sender {
    const known = senders.get(address)
    if (known) return known
    if (senders.size >= mostSenders) senders.clear()
    const sender = senderOf(hashOf(address), plainAddress(address))
    senders.set(address, sender)
    return sender
  }

  function take(bytes: Buffer, address: string): void {
    const time = now()
    const cut = Math.max(0, bytes.length - source.longestRecord)
    intake.take(bytes, 0, bytes.length - cut, cut, senderAt(address), time, time, false)
  }

  socket.on('message', (message, { address }) => {
    if (packets === null) return take(message, address)
    const whole = packets.add(message, address, now())
    if (typeof whole === 'string') intake.tally.problem(`gelf: ${whole}`)
    else if (whole !== null) take(whole, address)
  })
  socket.on('error', () => intake.tally.problem('socket failed'))
  socket.bind(listen.port, listen.host)
  await once(socket, 'listening')
  const { address, port } = socket.address()

  const readDrops = async (): Promise<void> => {
    const total = await readUdpDrops(port)
    if (total > drops) intake.tally.problem('dropped by the kernel', total - drops)
    drops = total
  }
  drops = await readUdpDrops(port)

  return {
    address: { host: address, port },
    connections: 0,
    // A sender of datagrams does not wait: not reading would only lose them uncounted by priority.
    pause() {},
    tick(time) {
      const given = packets?.expire(time) ?? 0
      if (given > 0) intake.tally.problem('gelf: incomplete', given)
      if (time - readDropsAt < dropsEvery) return
      readDropsAt = time
      void readDrops()
    },
    async [Symbol.asyncDispose]() {
      await readDrops()
      await new Promise<void>((done) => socket.close(() => done()))
    },
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
