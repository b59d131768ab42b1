import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AttributeIds, MessageSecurityMode, SecurityPolicy, UserTokenType } from 'node-opcua-client'
import type { SimulatorSettings } from './config.ts'
import { cdb, lifeOf, startSimulator } from './simulate.fixture.ts'
import { runSimulator } from './simulate.ts'

const { addresses, settings, connect, stop } = await startSimulator()
after(stop)

test('lets users in with the right password only, over an encrypted channel too', async () => {
  const secure = {
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
  }
  const user = { type: UserTokenType.UserName, userName: 'operator' } as const
  await using connection = await connect(secure, { ...user, password: 'secret' })
  const nodeId = connection.nodeIdOf('Fast/Group0/Value0')
  const read = await connection.session.read({ nodeId, attributeId: AttributeIds.Value })
  assert.ok(read.statusCode.isGood())
  await assert.rejects(
    connection.client.createSession({ ...user, password: 'wrong' }),
    /BadUserAccessDenied|BadIdentityToken/,
  )
})

test('can be browsed by the parts of the points’ ids, with types and units', async () => {
  await using connection = await connect()
  const names = async (nodeId: string) =>
    ((await connection.session.browse(nodeId)).references ?? []).map(
      ({ browseName, nodeId: id }) => [browseName.name ?? '', id.toString()] as const,
    )
  let at = 'i=85'
  for (const step of ['Fast', 'Group0', 'Value0', 'EngineeringUnits']) {
    const found: readonly (readonly [string, string])[] = await names(at)
    at = found.find(([name]) => name === step)?.[1] ?? assert.fail(`no ${step} in ${found}`)
  }
  const unit = await connection.session.read({ nodeId: at, attributeId: AttributeIds.Value })
  assert.equal(unit.value.value.displayName.text, 'Cel')
})

test('a port that is taken is a setting to change', async () => {
  const run = (taken: Partial<SimulatorSettings>) =>
    runSimulator({ cdb, settings: { ...settings, ...taken } }, lifeOf(AbortSignal.abort()))
  await assert.rejects(run({ opcuaPort: addresses.opcuaPort }), /MLA_OPCUA_PORT: cannot listen/)
  await assert.rejects(
    run({ controlPort: addresses.controlPort }),
    /MLA_SIMULATOR_CONTROL_PORT: cannot listen/,
  )
})

test('refuses more items in one call than its limit', async () => {
  await using connection = await connect()
  const many = Array.from({ length: 101 }, () => ({
    nodeId: connection.nodeIdOf('Fast/Group0/Value0'),
    attributeId: AttributeIds.Value,
  }))
  const limits = await connection.session.read({ nodeId: 'i=11714', attributeId: 13 })
  assert.equal(limits.value.value, 100)
  await assert.rejects(connection.session.read(many), /BadTooManyOperations/)
})
