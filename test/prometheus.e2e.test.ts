import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { debianProgram } from '@mla/stack'

const run = promisify(execFile)
const folder = join(import.meta.dirname, '../prometheus')
const promtool = (...args: string[]) =>
  run(debianProgram('promtool', 'prometheus'), args, { cwd: folder })

test('promtool finds nothing wrong with the configuration and its rules', async () => {
  await promtool('check', 'config', '--lint=all', '--lint-fatal', 'prometheus.yaml')
})

for (const file of globSync('tests/*.yaml', { cwd: folder }).sort()) {
  test(`the alerts of ${file} fire and stay silent as they should`, async () => {
    await promtool('test', 'rules', file)
  })
}

test('amtool finds nothing wrong with the routes', async () => {
  const file = join(folder, 'alertmanager.yaml')
  const amtool = debianProgram('amtool', 'prometheus-alertmanager')
  await run(amtool, ['check-config', file])
})

/** Who is told of an alert: amtool answers with the receiver that its labels lead to. */
const routes: [labels: string[], receiver: string][] = [
  [['alertname=MLADeadMan', 'severity=info'], 'watchdog'],
  [['alertname=MLABusAway', 'severity=critical'], 'operators-urgent'],
  [['alertname=MLASpooling', 'severity=warning'], 'operators'],
  [['alertname=MLAPointsFaulty', 'severity=info'], 'operators'],
]
for (const [labels, receiver] of routes) {
  test(`${labels.join(' ')} goes to ${receiver}`, async () => {
    const config = `--config.file=${join(folder, 'alertmanager.yaml')}`
    const args = ['config', 'routes', 'test', config, `--verify.receivers=${receiver}`, ...labels]
    await run(debianProgram('amtool', 'prometheus-alertmanager'), args)
  })
}
