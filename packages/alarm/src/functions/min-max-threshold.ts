import { numberOf } from '../iasio.ts'
import { isBeyond, readLimits } from '../limits.ts'
import { wantInputs, wantNumbers, wantOutput } from '../setup-checks.ts'
import type { Setup, TransferFunction } from '../transfer-function.ts'

/** A value that is not a number says nothing: the output stays, unreliable. */
const notANumber = 'the input is not a number'

/** The names of IAS's class in Python begin with a capital. */
const isOfPython = ({ properties }: Setup): boolean =>
  properties.text(['HighOn']) !== null || properties.text(['LowOn']) !== null

export const minMaxThreshold: TransferFunction = {
  summary: 'Set while a number is beyond a limit, with a dead band',
  iasClasses: [
    'org.eso.ias.asce.transfer.impls.MinMaxThresholdTF',
    'org.eso.ias.asce.transfer.impls.MinMaxThresholdTFJava',
    'IasTransferFunction.Impls.MinMaxThreshold',
    'IasTransferFunction.Impls.MinMaxThreshold.MinMaxThreshold',
  ],
  create(setup) {
    wantInputs(setup, 1)
    wantNumbers(setup)
    wantOutput(setup, 'ALARM')
    const limits = readLimits(setup.properties, [
      'org.eso.ias.tf.minmaxthreshold',
      'org.eso.ias.tf.minmaxthreshold.java',
    ])
    const priority = setup.properties.priority([
      'org.eso.ias.tf.alarm.priority',
      'priority',
      'Priority',
    ])
    const type = setup.inputs[0]?.type
    return {
      readingName: 'actualValue',
      isReadingWhole: isOfPython(setup) && type !== 'DOUBLE' && type !== 'FLOAT',
      evaluate([input], output) {
        if (!input) return
        const value = numberOf(input.value)
        if (Number.isNaN(value)) return output.hold(notANumber)
        output.set(isBeyond(limits, value, output.isSet), priority)
        output.mode = input.mode
        output.reading = value
      },
    }
  },
}

export const minMaxBool: TransferFunction = {
  summary: 'True while a number is beyond a limit, with a dead band',
  iasClasses: ['org.eso.ias.transfer.MinMaxBool', 'org.eso.ias.tranfer.MinMaxBool'],
  create(setup) {
    wantInputs(setup, 1)
    wantNumbers(setup)
    wantOutput(setup, 'BOOLEAN')
    const limits = readLimits(setup.properties, ['org.eso.ias.tf.minmaxbool'])
    return {
      readingName: 'actualValue',
      evaluate([input], output) {
        if (!input) return
        const value = numberOf(input.value)
        if (Number.isNaN(value)) return output.hold(notANumber)
        output.put(isBeyond(limits, value, output.value === true))
        output.mode = input.mode
        output.reading = value
      },
    }
  },
}
