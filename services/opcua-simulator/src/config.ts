import { port } from '@mla/kit'
import { z } from 'zod'

/** The environment is kept beside the settings: the CDB fills `${NAME}` in its files from it. */
export const config = z
  .looseObject({
    MLA_CDB: z.string().default('cdb').describe('The folder of the configuration database'),
    MLA_DATA: z.string().default('.data').describe('Where the certificate and its key are kept'),
    MLA_OPCUA_PORT: port.default(4840).describe('The OPC-UA server; 0 takes a free one'),
    MLA_OPCUA_HOST: z
      .string()
      .default('127.0.0.1')
      .describe('Where it listens; 0.0.0.0 everywhere'),
    MLA_SIMULATOR_CONTROL_PORT: port.default(4841).describe('Truth and faults over HTTP'),
    MLA_SIMULATOR_CONTROL_HOST: z.string().default('127.0.0.1'),
    MLA_SIMULATOR_SEED: z.coerce.number().int().default(1).describe('Another seed, other signals'),
    MLA_SIMULATOR_USER: z.string().optional().describe('A user that may log in, beside anonymous'),
    MLA_SIMULATOR_PASSWORD: z.string().default(''),
    MLA_SIMULATOR_MAX_ITEMS_PER_CALL: z.coerce
      .number()
      .int()
      .min(0)
      .default(1_000)
      .describe('OperationLimits.MaxMonitoredItemsPerCall; 0 means none'),
    MLA_SIMULATOR_MAX_NODES_PER_READ: z.coerce.number().int().min(0).default(1_000),
    MLA_SIMULATOR_MAX_NODES_PER_BROWSE: z.coerce.number().int().min(0).default(1_000),
  })
  .transform((env) => ({
    cdb: env.MLA_CDB,
    environment: texts(env),
    settings: {
      opcuaPort: env.MLA_OPCUA_PORT,
      host: env.MLA_OPCUA_HOST,
      controlPort: env.MLA_SIMULATOR_CONTROL_PORT,
      controlHost: env.MLA_SIMULATOR_CONTROL_HOST,
      seed: env.MLA_SIMULATOR_SEED,
      dataFolder: env.MLA_DATA,
      user:
        env.MLA_SIMULATOR_USER === undefined
          ? null
          : { name: env.MLA_SIMULATOR_USER, password: env.MLA_SIMULATOR_PASSWORD },
      maxItemsPerCall: env.MLA_SIMULATOR_MAX_ITEMS_PER_CALL,
      maxNodesPerRead: env.MLA_SIMULATOR_MAX_NODES_PER_READ,
      maxNodesPerBrowse: env.MLA_SIMULATOR_MAX_NODES_PER_BROWSE,
    },
  }))

const texts = (env: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )

export type SimulatorSettings = z.output<typeof config>['settings']
