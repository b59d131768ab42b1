import { scalarTypes } from '@mla/model'
import { z } from 'zod'
import { logsFile } from './log-shape.ts'
import { derivedSchema, filterSchema, processingFile } from './processing-shape.ts'
import { signalSchema } from './signal.ts'

/** What each file of the folder may hold. Placeholders (`{name}`) are put in before it counts. */
const description = z.string().max(1_000)
const identifier = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'letters, digits, _ and -, a letter first, at most 64')

const valueTypes = [...scalarTypes, ...scalarTypes.map((type) => `${type}[]` as const)] as const
const enumerationSchema = z
  .record(
    z.string().regex(/^-?\d+$/, 'an enumeration has whole numbers as keys'),
    z.string().min(1),
  )
  .describe('The name of each code')

/** Says what a value of several possible forms must look like. */
const wanted = (text: string) => ({ error: `expected ${text}` })

export const pointSchema = z.strictObject({
  description: description.optional(),
  unit: z.string().min(1).max(60).optional().describe('As UCUM writes it: deg, Cel, m/s, {count}'),
  type: z.enum(valueTypes).optional(),
  nodeId: z
    .string()
    .max(4_200)
    .optional()
    .describe('nsu=<namespace URI>;s=<name>; default: what the source’s nodeId pattern makes'),
  intervalMs: z
    .number()
    .int()
    .min(10)
    .max(86_400_000)
    .optional()
    .describe('Sampling interval in milliseconds; default 1000'),
  queueSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Values the server keeps between two publishes; default 10'),
  deadband: z
    .union(
      [z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?%$/)],
      wanted('a number in the point’s unit, or a part of its range such as 0.5%'),
    )
    .optional(),
  range: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('[low, high]: values outside of it are BAD'),
  enumeration: z
    .union(
      [identifier, enumerationSchema],
      wanted('the name of an enumeration, or its codes and names: {0: OFF, 1: ON}'),
    )
    .optional(),
  archiveClass: identifier.optional().describe('Of archive-classes.yaml; default standard'),
  filter: filterSchema.optional().describe('Which values are sent; see packages/processing'),
  derived: derivedSchema.optional().describe('How it is made of other points, instead of a node'),
  signal: signalSchema.optional().describe('How the simulator makes the values'),
})

/** The fields of a point as written, still without defaults. */
export type PointFields = z.output<typeof pointSchema>

const parameterValue = z.union(
  [z.number(), z.string(), z.boolean(), z.array(z.union([z.number(), z.string(), z.boolean()]))],
  wanted('a number, a text, true or false, or a list of these'),
)
export type ParameterValue = z.output<typeof parameterValue>

const parameterName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'letters, digits and _, a letter first, at most 64')
const values = z.record(parameterName, parameterValue)

const includeSchema = z.strictObject({
  template: z.string().describe('The name of a file in templates/'),
  with: values.optional().describe('Values of its parameters'),
})

/** Points, and templates to be put in below a name: a template is this with parameters. */
const group = {
  description: description.optional(),
  defaults: pointSchema
    .optional()
    .describe('What all points of this file have unless they say else'),
  include: z
    .record(z.string(), includeSchema)
    .optional()
    .describe('By name (may hold ranges): a template whose points come below it'),
  points: z
    .record(
      z.string(),
      pointSchema.nullable().transform((point) => point ?? {}),
    )
    .optional()
    .describe(
      'By name: Azimuth/Position, Actuator{001..198}/Force, {axis=Azimuth,Elevation}/Speed',
    ),
}
const schemaReference = { $schema: z.string().optional() }

export const templateFile = z.strictObject({
  ...schemaReference,
  parameters: z
    .record(
      parameterName,
      z.strictObject({ description: description.optional(), default: parameterValue.optional() }),
    )
    .optional()
    .describe('What may differ from use to use; one without a default must be given'),
  ...group,
})

export const pointsFile = z.strictObject({
  ...schemaReference,
  source: identifier.describe('Of sources.yaml: the server that has these points'),
  ...group,
})

export const telescopesFile = z.strictObject({
  ...schemaReference,
  telescopes: z.record(
    z.string(),
    z.strictObject({
      description: description.optional(),
      source: identifier.describe('Of sources.yaml: the server that has these points'),
      ...includeSchema.shape,
    }),
  ),
})

export const sourcesFile = z.strictObject({
  ...schemaReference,
  sources: z.record(
    identifier,
    z.strictObject({
      description: description.optional(),
      endpoint: z
        .string()
        .max(1_000)
        .describe('opc.tcp://host:port/path; $NAME in braces is taken from the environment'),
      securityMode: z.enum(['None', 'Sign', 'SignAndEncrypt']).default('None'),
      securityPolicy: z
        .enum(['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'])
        .optional(),
      user: z
        .strictObject({
          name: z.string().min(1),
          passwordFile: z.string().min(1).describe('A file that holds the password'),
        })
        .optional(),
      publishingIntervalMs: z.number().int().min(10).max(60_000).default(500),
      nodeId: z
        .string()
        .max(1_000)
        .optional()
        .describe(
          'How a point without a node id gets one: {path} is its id without the first part, joined by dots; {id} is its id',
        ),
      lanes: z
        .array(z.number().int().min(0).max(23))
        .min(1)
        .describe('Partitions of mon.samples (0 to 23) that its points are spread over'),
    }),
  ),
})
export type SourceFields = z.output<typeof sourcesFile>['sources'][string]

const rollupSchema = z.strictObject({
  width: z
    .string()
    .regex(/^\d+(s|m|h|d)$/, 'a duration such as 1s, 1m, 10m, 1h')
    .describe('Of each summary; it divides a day and the width of the next one'),
  retentionDays: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .nullable()
    .describe('How long they are kept; null keeps them for ever'),
})
export type RollupFields = z.output<typeof rollupSchema>

export const archiveClassesFile = z.strictObject({
  ...schemaReference,
  archiveClasses: z.record(
    identifier,
    z.strictObject({
      description: description.optional(),
      retentionDays: z
        .number()
        .int()
        .min(1)
        .max(36_500)
        .nullable()
        .describe('How long samples are kept; null keeps them for ever'),
      rollups: z
        .array(rollupSchema)
        .max(6)
        .optional()
        .describe('Summaries kept beside the samples, from the narrowest to the widest'),
    }),
  ),
})

export const componentsFile = z.strictObject({
  ...schemaReference,
  components: z.record(
    identifier,
    z.strictObject({
      description: description.optional(),
      subsystem: identifier.describe('What is started and stopped together: mon, log, alarm, hmi'),
      needs: z
        .array(identifier)
        .default([])
        .describe('Services of the subsystem that start before it and stop after it'),
      instances: z
        .number()
        .int()
        .min(0)
        .max(1_000)
        .default(1)
        .describe('How many of it there are, at least; fewer is told to operators'),
    }),
  ),
})
export type ComponentFields = z.output<typeof componentsFile>['components'][string]

export const enumerationsFile = z.strictObject({
  ...schemaReference,
  enumerations: z.record(identifier, enumerationSchema),
})

/** Fields of a point as written, while some may still be placeholders. */
const writtenFields = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((fields) => fields ?? {})
const writtenGroup = {
  defaults: writtenFields.optional(),
  include: z.record(z.string(), includeSchema).optional(),
  points: z.record(z.string(), writtenFields).optional(),
}

/** A template or points file before placeholders have their values. */
export const writtenTemplate = z.object({
  parameters: templateFile.shape.parameters,
  ...writtenGroup,
})
export const writtenPoints = z.object({ source: z.string(), ...writtenGroup })

export type WrittenTemplate = z.output<typeof writtenTemplate>
export type WrittenPoints = z.output<typeof writtenPoints>
export type WrittenFields = Readonly<Record<string, unknown>>
export type Include = z.output<typeof includeSchema>

/** Every kind of file: at the top as `<kind>.yaml`, or many of them in a folder `<kind>/`. */
export const fileKinds = {
  sources: { schema: sourcesFile, many: false },
  'archive-classes': { schema: archiveClassesFile, many: false },
  enumerations: { schema: enumerationsFile, many: false },
  components: { schema: componentsFile, many: false },
  telescopes: { schema: telescopesFile, many: false },
  templates: { schema: templateFile, many: true },
  points: { schema: pointsFile, many: true },
  logs: { schema: logsFile, many: true },
  processing: { schema: processingFile, many: false },
  /** In IAS's own layout, which `ias-shape.ts` describes. */
  alarms: { schema: z.unknown(), many: true },
} as const
export type FileKind = keyof typeof fileKinds

export const isFileKind = (name: string): name is FileKind => Object.hasOwn(fileKinds, name)
