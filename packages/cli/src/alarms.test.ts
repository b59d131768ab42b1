import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runMla } from './cli.fixture.ts'

const files: Readonly<Record<string, string>> = {
  'ias.yaml': 'refreshRate: 1\nvalidityThreshold: 3\nhbFrequency: 1\nbsdbUrl: a:9092\n',
  'SUPERVISOR/Sup.yaml': 'id: Sup\nhostName: h\ndasusToDeploy: [{dasuId: D}]\n',
  'DASU/D.yaml': 'id: D\nasceIDs: [A]\noutputId: Hot\n',
  'ASCE/A.yaml':
    'id: A\ndasuID: D\noutputID: Hot\ninputIDs: [T]\ntransferFunctionID: MinMaxThreshold\n' +
    'props: [{name: highOn, value: 10}]\n',
  'IASIO/iasios.yaml': '- {id: T, iasType: DOUBLE}\n- {id: Hot, iasType: ALARM, canShelve: true}\n',
}

async function folderWith(scenario: string) {
  const whole = await mkdtemp(join(tmpdir(), 'mla-alarms-'))
  const folder = join(whole, 'CDB')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const path = join(whole, 'scenario.yaml')
  await writeFile(path, scenario)
  return { folder, path, [Symbol.asyncDispose]: () => rm(whole, { recursive: true }) }
}

test('rules are tried on a scripted series', async () => {
  await using trial = await folderWith(`
- {at: 0, set: {T: 1}}
- {at: 1, expect: {Hot: CLEAR_ACK}}
- {at: 10s, set: {T: 20}}
- {at: 11s, expect: {Hot: SET_UNACK}}
- {at: 12s, act: {Hot: {do: acknowledge, text: seen}}}
- {at: 12s, expect: {Hot: SET_ACK}}
- {at: 20s, silent: [T]}
- {at: 30s, expect: {Hot: UNRELIABLE}}
`)
  const { code, out, err } = await runMla(['alarms', 'test', trial.folder, trial.path])
  assert.equal(code, 0, out + err)
  assert.match(out, /10\.000 s {2}Hot {2}SET_UNACK:MEDIUM/)
})

test('what is not as expected is told, with exit code 1', async () => {
  await using trial = await folderWith('- {at: 0, set: {T: 20}, expect: {Hot: CLEAR_ACK}}')
  const { code, out, err } = await runMla(['alarms', 'test', trial.folder, trial.path])
  assert.equal(code, 1, err)
  assert.equal(err, '')
  assert.match(out, /should be CLEAR_ACK, but is SET_UNACK:MEDIUM/)
})
