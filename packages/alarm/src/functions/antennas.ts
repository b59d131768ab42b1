import { isAlarm } from '../iasio.ts'
import type { Names } from '../property-reader.ts'
import { wantInputs, wantOutput } from '../setup-checks.ts'
import type { TransferFunction } from '../transfer-function.ts'
import { readRegExp } from './to-alarm.ts'

const antennasToPads = 'Array-AntennasToPads'
const antennaTypes = ['DV', 'DA', 'CM', 'PM']
const antennaType: Names = ['org.eso.ias.antpadinhibitor.anttype', 'antType']

export const antPadInhibitor: TransferFunction = {
  summary: 'Follows an alarm while an antenna is on one of the pads that it concerns',
  iasClasses: ['org.eso.ias.tranfer.AntPadInhibitor', 'org.eso.ias.transfer.AntPadInhibitor'],
  create(setup) {
    wantInputs(setup, 2)
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const pads = setup.inputs.findIndex(({ id }) => id === antennasToPads)
    const alarm = setup.inputs.findIndex(({ type }) => type === 'ALARM')
    if (pads < 0 || setup.inputs[pads]?.type !== 'STRING') {
      properties.problem(
        `its inputs lack the STRING "${antennasToPads}"`,
        `name "${antennasToPads}" among its inputs, as a STRING`,
      )
    }
    if (alarm < 0) properties.problem('its inputs lack an ALARM', 'name one among its inputs')
    const isPad = readRegExp(properties, [
      'org.eso.ias.antpadinhibitor.padnameregexp',
      'padNameRegExp',
    ])
    const type = properties.text(antennaType)?.trim().toUpperCase() ?? ''
    if (type !== '' && !antennaTypes.includes(type)) {
      properties.problem(
        `"${type}" is no type of antenna`,
        `use ${antennaTypes.join(', ')}`,
        antennaType,
      )
    }
    return {
      evaluate(inputs, output) {
        const [where, what] = [inputs[pads], inputs[alarm]]
        if (!where || !what || !isAlarm(what.value) || typeof where.value !== 'string') return
        const affected = antennasOn(where.value, isPad, type)
        if (affected === null)
          return output.hold(`not "antenna:pad,…": ${where.value.slice(0, 60)}`)
        const condition = what.value.isSet && affected.length > 0
        output.set(condition, what.value.priority)
        output.mode = where.mode === 'OPERATIONAL' ? what.mode : 'UNKNOWN'
        output.properties = condition
          ? { ...what.properties, affectedAntennas: affected.join(',') }
          : what.properties
      },
    }
  },
}

/** The antennas on pads that match, of `DV01:A045,DV02:A025`; null where it is not of that form. */
function antennasOn(
  text: string,
  isPad: (pad: string) => boolean,
  type: string,
): readonly string[] | null {
  const found: string[] = []
  for (const couple of text.split(',').map((one) => one.trim())) {
    if (couple === '') continue
    const [antenna = '', pad, ...more] = couple.split(':')
    if (pad === undefined || more.length > 0) return null
    if (isPad(pad.trim()) && antenna.trim().toUpperCase().startsWith(type))
      found.push(antenna.trim())
  }
  return found
}
