import { alarmAcquisitionEnv } from '@mla/alarm-acquisition'
import { alarmConverterEnv } from '@mla/alarm-converter'
import { alarmDispatcherEnv } from '@mla/alarm-dispatcher'
import { supervisorEnv } from '@mla/alarm-supervisor'
import { componentEnv } from '@mla/control'
import { hmiConfig } from '@mla/hmi'
import { port } from '@mla/kit'
import { logCollectorEnv } from '@mla/log-collector'
import { logConsumerEnv } from '@mla/log-consumer'
import { collectorEnv } from '@mla/opcua-collector'
import { z } from 'zod'

export const config = z.object({
  ...logCollectorEnv.shape,
  ...logConsumerEnv.shape,
  ...supervisorEnv.shape,
  ...alarmDispatcherEnv.shape,
  ...collectorEnv.shape,
  ...alarmAcquisitionEnv.shape,
  ...alarmConverterEnv.shape,
  ...hmiConfig.shape,
  ...componentEnv,
  /** `off`: the sources of the CDB are real servers. */
  MLA_SIMULATOR: z.enum(['on', 'off']).default('on'),
  /** The simulator's port, which the example CDB's endpoints name. */
  MLA_OPCUA_PORT: port.default(4840),
  /** The simulator's truth and faults; 0 takes a free one. */
  MLA_SIMULATOR_CONTROL_PORT: port.default(4841),
  /** The longest that the embedded archive keeps samples, in days. */
  MLA_KEEP_DAYS: z.coerce.number().positive().default(2),
  /** What the embedded archive may take of the memory, in MB. */
  MLA_ARCHIVE_MB: z.coerce.number().int().min(64).default(256),
})
