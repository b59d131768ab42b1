import { type AlarmPriority, defaultPriority } from '../alarm-state.ts'
import { wantInputs, wantInputType, wantOutput } from '../setup-checks.ts'
import type { Setup, TransferFunction } from '../transfer-function.ts'

/** The bits of the utility module's status word, by their number. */
const bits = [
  'FIRE',
  'E-STOP',
  'AC-POWER',
  'UPS-POWER',
  'STOW-PIN',
  'RX-CAB-TEMP',
  'HVAC',
  'AT-ZENITH',
  'DRIVE-CAB-TEMP',
  'ANTENNA-POS',
] as const

/** Reads `AC-POWER:0,AT-ZENITH:1,…`, all ten bits; null for anything else. */
export function parseStatusWord(text: string): ReadonlyMap<string, boolean> | null {
  const word = new Map<string, boolean>()
  for (const part of text.split(',')) {
    const [name = '', value = '', ...more] = part.split(':').map((one) => one.trim())
    if (!bits.some((bit) => bit === name) || !/^[01]$/.test(value) || more.length > 0) return null
    word.set(name, value === '1')
  }
  return word.size === bits.length && text.split(',').length === bits.length ? word : null
}

function ofStatusWord(
  setup: Setup,
  isSet: (word: ReadonlyMap<string, boolean>) => boolean,
  usual: AlarmPriority = defaultPriority,
) {
  wantInputs(setup, 1)
  wantInputType(setup, 'STRING')
  wantOutput(setup, 'ALARM')
  const names = ['org.eso.ias.tf.alarm.priority', 'priority'] as const
  const priority = setup.properties.priority(names, usual)
  const evaluator: ReturnType<TransferFunction['create']> = {
    evaluate([input], output) {
      if (!input) return
      const word = parseStatusWord(String(input.value))
      output.mode = input.mode
      output.properties = input.properties
      if (word === null) return output.hold(`no status word: ${String(input.value).slice(0, 60)}`)
      output.set(isSet(word), priority)
    },
  }
  return evaluator
}

export const umAlarmByBit: TransferFunction = {
  summary: "Set while a bit of the utility module's status word is",
  iasClasses: [
    'org.eso.ias.tranfer.utlitymodule.UMAlarmByBit',
    'org.eso.ias.transfer.utlitymodule.UMAlarmByBit',
    'org.eso.ias.transfer.utilitymodule.UMAlarmByBit',
  ],
  create(setup) {
    const bit = setup.properties.integer(
      ['org.eso.ias.transfer.utilitymodule.bitnumber', 'bitNumber'],
      { min: 0, max: 9 },
    )
    return ofStatusWord(setup, (word) => word.get(bits[bit] ?? '') === true)
  },
}

export const umFire: TransferFunction = {
  summary: "Set while the utility module's status word tells of fire and has power",
  iasClasses: [
    'org.eso.ias.tranfer.utlitymodule.UMFireTF',
    'org.eso.ias.transfer.utlitymodule.UMFireTF',
    'org.eso.ias.transfer.utilitymodule.UMFireTF',
  ],
  create: (setup) =>
    ofStatusWord(
      setup,
      (word) => word.get('FIRE') === true && word.get('AC-POWER') === true,
      'CRITICAL',
    ),
}
