import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { freePort, startAsyncua, startMilo } from '@mla/opcua-servers'
import { type LinkRecorder, nodeOf, recordLink } from './link-recorder.ts'
import type { LinkSettings } from './port.ts'

const user = { name: 'observer', password: 'starlight' }
const stacks = [
  ['asyncua', startAsyncua],
  ['Milo', startMilo],
] as const
const policies: [mode: LinkSettings['securityMode'], policy: string][] = [
  ['Sign', 'Basic256Sha256'],
  ['SignAndEncrypt', 'Basic256Sha256'],
  ['SignAndEncrypt', 'Aes128_Sha256_RsaOaep'],
  ['SignAndEncrypt', 'Aes256_Sha256_RsaPss'],
]

const reasonOf = ({ states }: LinkRecorder): string => {
  const last = states.findLast(({ state }) => state === 'connecting')
  return last?.state === 'connecting' ? last.reason : ''
}

for (const [name, start] of stacks) {
  describe(`security with ${name}`, () => {
    test('an untrusted server is refused until its certificate is moved, as the error says', async () => {
      await using server = await start({ port: await freePort(), secure: true, user })
      await server.add('P/X', 'Int32', '7')
      for (const [securityMode, securityPolicy] of policies) {
        await using recorder = recordLink(server.endpoint, { securityMode, securityPolicy, user })
        recorder.link.watch([nodeOf('P/X')])
        await recorder.until(() => reasonOf(recorder) !== '', 'a refusal')
        const { folder, file, text } = toldToMove(reasonOf(recorder))
        assert.match(text, /^SOURCE_UNTRUSTED: /)
        await rename(file, `${folder}${file.slice(file.lastIndexOf('/') + 1)}`)
        await recorder.until(() => recorder.values.length > 0, `a value with ${securityPolicy}`)
        assert.equal(recorder.values[0]?.value, 7)
      }
    })

    test('a wrong password and an anonymous user are refused', async () => {
      await using server = await start({ port: await freePort(), user })
      for (const wrong of [{ ...user, password: 'guess' }, null]) {
        await using recorder = recordLink(server.endpoint, { user: wrong })
        await recorder.until(() => reasonOf(recorder) !== '', 'a refusal')
        assert.match(reasonOf(recorder), /^SOURCE_REFUSED: /)
      }
      await using recorder = recordLink(server.endpoint, { user })
      await recorder.until(() => recorder.states.length > 0, 'a state')
      assert.deepEqual(recorder.states, [{ state: 'connected' }])
    })

    test('a server without security is refused when security is asked for', async () => {
      await using server = await start({ port: await freePort() })
      await using recorder = recordLink(server.endpoint, { securityMode: 'SignAndEncrypt' })
      await recorder.until(() => reasonOf(recorder) !== '', 'a refusal')
      assert.match(reasonOf(recorder), /^SOURCE_REFUSED: .*does not offer/)
    })
  })
}

test('a server that is not there is unavailable', async () => {
  await using recorder = recordLink(`opc.tcp://127.0.0.1:${await freePort()}/test`)
  await recorder.until(() => reasonOf(recorder) !== '', 'a reason')
  assert.match(reasonOf(recorder), /^SOURCE_UNAVAILABLE: /)
})

function toldToMove(text: string): { text: string; file: string; folder: string } {
  const [, file = '', folder = ''] = /move (\S.*?\.pem) to (\S+)$/.exec(text) ?? []
  assert.notEqual(file, '', text)
  return { text, file, folder }
}
