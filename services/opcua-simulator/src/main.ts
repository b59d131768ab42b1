import { describeProblems, loadCdb } from '@mla/cdb'
import { runService } from '@mla/kit'
import { MlaError } from '@mla/model'
import { config } from './config.ts'
import { runSimulator } from './simulate.ts'

// Spawned with an IPC channel, it does not outlive its parent.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))

await runService({
  name: 'opcua-simulator',
  config,
  async run({ config: { cdb: folder, environment, settings }, life }) {
    const loaded = await loadCdb(folder, environment)
    if (!loaded.ok) throw new MlaError('CDB_INVALID', describeProblems(loaded.problems, folder))
    // A parent that spawned this process with an IPC channel hears the ports.
    const ready = (addresses: object): void => void process.send?.({ ready: addresses })
    await runSimulator({ cdb: loaded.cdb, settings, ready }, life)
  },
})
