import { z } from 'zod'

/** The settings that are the converter's own; `main.ts` adds those of Kafka and control. */
export const alarmConverterEnv = z.object({
  /** Its name in full running ids, the same in every process and for ever. */
  MLA_CONVERTER: z
    .string()
    .regex(/^[^@:().^\s]{1,64}$/, 'letters, digits and -, without @ : ( ) . ^')
    .default('alarm-converter'),
})

export type AlarmConverterSettings = z.output<typeof alarmConverterEnv>
