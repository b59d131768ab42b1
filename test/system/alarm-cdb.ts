import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface AlarmOf {
  /** The IASIO that it reads, a DOUBLE. */
  readonly input: string
  readonly output: string
}

export interface AlarmCdbSettings {
  /** The alarms of each DASU: above 90 one is set, below 85 it clears. */
  readonly dasus: readonly (readonly AlarmOf[])[]
  /** Adds to each DASU an alarm that is set while three of the others are. */
  readonly withSummary?: boolean
  /** The monitoring points that are the inputs, by their ids. */
  readonly points?: readonly string[]
  /** Seconds. */
  readonly validityThreshold?: number
}

/** Writes the alarms of a configuration into its folder, as IAS lays them out. */
export function writeAlarms(folder: string, settings: AlarmCdbSettings): void {
  const { dasus, withSummary = false, points = [], validityThreshold = 60 } = settings
  const write = (name: string, content: unknown): void => {
    mkdirSync(join(folder, 'alarms', name, '..'), { recursive: true })
    writeFileSync(join(folder, 'alarms', `${name}.json`), JSON.stringify(content))
  }
  write('ias', { refreshRate: 5, validityThreshold, hbFrequency: 5, bsdbUrl: 'kafka:9092' })
  const iasios: unknown[] = []
  dasus.forEach((alarms, d) => {
    const summary = `Summary${d}`
    alarms.forEach(({ input, output }, a) => {
      iasios.push({ id: input, iasType: 'DOUBLE' })
      iasios.push({ id: output, iasType: 'ALARM', canShelve: true })
      write(`ASCE/A${d}-${a}`, {
        ...{ id: `A${d}-${a}`, dasuID: `D${d}`, outputID: output, inputIDs: [input] },
        transferFunctionID: 'MinMaxThreshold',
        props: [
          { name: 'highOn', value: '90' },
          { name: 'highOff', value: '85' },
          { name: 'mla.publish', value: 'true' },
        ],
      })
    })
    if (withSummary) {
      iasios.push({ id: summary, iasType: 'ALARM' })
      write(`ASCE/A${d}-all`, {
        ...{ id: `A${d}-all`, dasuID: `D${d}`, outputID: summary },
        inputIDs: alarms.map(({ output }) => output),
        transferFunctionID: 'Multiplicity',
        props: [{ name: 'threshold', value: '3' }],
      })
    }
    const own = alarms.map((_, a) => `A${d}-${a}`)
    write(`DASU/D${d}`, {
      id: `D${d}`,
      asceIDs: withSummary ? [...own, `A${d}-all`] : own,
      outputId: withSummary ? summary : alarms[0]?.output,
    })
  })
  write('SUPERVISOR/Sup', {
    ...{ id: 'Sup', hostName: 'host' },
    dasusToDeploy: dasus.map((_, d) => ({ dasuId: `D${d}` })),
  })
  write('IASIO/iasios', iasios)
  if (points.length === 0) return
  write('PLUGIN/monitoring', {
    ...{ id: 'monitoring', monitoredSystemId: 'Observatory' },
    props: [{ name: 'mla.point', value: '{id}' }],
    values: points.map((id) => ({ id, refreshTime: 5000 })),
  })
}

/** A configuration with nothing but alarms: `T<n>` makes `Hot<n>`, five in each DASU. */
export function alarmCdb(alarms: number): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mla-alarms-'))
  const all = Array.from({ length: alarms }, (_, n) => ({ input: `T${n}`, output: `Hot${n}` }))
  const dasus = Array.from({ length: Math.ceil(alarms / 5) }, (_, d) => all.slice(5 * d, 5 * d + 5))
  writeAlarms(folder, { dasus, validityThreshold: 3_600 })
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
