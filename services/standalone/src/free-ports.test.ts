import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { checkFree } from './free-ports.ts'

const host = '127.0.0.1'

test('a port that another program has is refused by its setting, with the cure', async (t) => {
  const other = createServer().listen(0, host)
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await assert.rejects(checkFree([{ setting: 'MLA_HTTP_PORT', host, port }]), {
    code: 'CONFIG_INVALID',
    message: new RegExp(`^MLA_HTTP_PORT is ${port}: another program listens.*MLA_HTTP_PORT`),
  })
})

test('two settings may not have the same port, unless it is any free one', async () => {
  const both = (port: number) => [
    { setting: 'MLA_HTTP_PORT', host, port },
    { setting: 'MLA_OPCUA_PORT', host, port },
  ]
  await checkFree(both(0))
  const free = createServer().listen(0, host)
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  await assert.rejects(checkFree(both(port)), /MLA_OPCUA_PORT is \d+: MLA_HTTP_PORT has the same/)
})
