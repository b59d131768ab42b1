import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { dropsIn, readUdpDrops } from './udp-drops.ts'

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  411: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 53111 2 0000000000000000 17
  412: 00000000:158A 00000000:0000 07 00000000:00034500 00:00000000 00000000     0        0 53112 2 0000000000000000 4
  999: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11111 2 0000000000000000 99
`

test('the drops of a port are those of all its sockets', () => {
  assert.equal(dropsIn(table, 5514), 21)
  assert.equal(dropsIn(table, 53), 99)
  assert.equal(dropsIn(table, 80), 0)
  assert.equal(dropsIn('', 5514), 0)
})

test('what the kernel drops is seen', { timeout: 20_000 }, async () => {
  const deaf = createSocket({ type: 'udp4', recvBufferSize: 4096 })
  deaf.bind(0, '127.0.0.1')
  await once(deaf, 'listening')
  const { port } = deaf.address()
  const sender = createSocket('udp4')
  // Sending alone, without a turn of the loop in which the other socket would be read.
  sender.connect(port, '127.0.0.1')
  await once(sender, 'connect')
  const message = Buffer.alloc(1000)
  for (let i = 0; i < 500; i++) sender.send(message)
  let drops = await readUdpDrops(port)
  while (drops === 0) {
    for (let i = 0; i < 500; i++) sender.send(message)
    drops = await readUdpDrops(port)
  }
  assert.ok(drops > 0)
  sender.close()
  deaf.close()
})
