import { iasTypes } from '@mla/alarm'
import { z } from 'zod'

/**
 * What IAS 13 writes into the files of its CDB. Numbers and truth values may be in quotes; a null is
 * as good as nothing; names of fields are read whatever their case (`outputID`, `outputId`).
 */
const text = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text' })
  .transform(String)
const name = text.refine((value) => value.trim() !== '', 'it is empty')
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? null)
const numberText = /^\s*[-+]?\d{1,15}\s*$/
const whole = z
  .union([z.int(), z.string().regex(numberText, 'write a whole number')], {
    error: 'expected a whole number',
  })
  .transform(Number)
const truth = z
  .union([z.boolean(), z.stringFormat('truth', /^\s*(true|false)\s*$/i)], {
    error: 'expected true or false',
  })
  .transform((value) => String(value).trim().toLowerCase() === 'true')
const list = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema)
    .nullish()
    .transform((items) => items ?? [])
/** FATAL is of an older IAS, and in CDBs since then. */
const level = z.enum(['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'])

export const propertySchema = z.object({ name, value: text })

export const iasSchema = z.object({
  logLevel: optional(level),
  refreshRate: whole,
  validityThreshold: whole,
  hbFrequency: whole,
  bsdbUrl: optional(text),
  smtp: optional(text),
  props: list(propertySchema),
})

export const supervisorSchema = z.object({
  id: name,
  hostName: optional(text),
  logLevel: optional(level),
  dasusToDeploy: list(
    z.object({ dasuId: name, templateId: optional(name), instance: optional(whole) }),
  ),
})

export const dasuSchema = z.object({
  id: name,
  outputId: name,
  asceIDs: list(name),
  templateId: optional(name),
  logLevel: optional(level),
})

export const asceSchema = z.object({
  id: name,
  dasuID: name,
  outputID: name,
  transferFunctionID: name,
  inputIDs: list(name),
  templatedInputs: list(
    z.object({ iasioId: name, templateId: optional(name), instanceNum: whole }),
  ),
  templateId: optional(name),
  props: list(propertySchema),
})

export const iasioSchema = z.object({
  id: name,
  iasType: z.enum(iasTypes),
  shortDesc: optional(text),
  docUrl: optional(text),
  sound: optional(z.enum(['NONE', 'TYPE1', 'TYPE2', 'TYPE3', 'TYPE4'])),
  canShelve: optional(truth),
  emails: optional(text),
  templateId: optional(name),
})

export const functionSchema = z.object({
  className: name,
  implLang: optional(z.enum(['SCALA', 'JAVA', 'PYTHON'])),
})

export const templateSchema = z.object({ id: name, min: whole, max: whole })

export const pluginSchema = z.object({
  id: name,
  monitoredSystemId: name,
  defaultFilter: optional(text),
  defaultFilterOptions: optional(text),
  props: list(propertySchema),
  values: list(
    z.object({
      id: name,
      refreshTime: whole,
      filter: optional(text),
      filterOptions: optional(text),
    }),
  ),
})

/** The folders of the CDB, and what a file of each holds: one thing, or a list of them. */
export const iasFolders = {
  SUPERVISOR: { schema: supervisorSchema, isList: false },
  DASU: { schema: dasuSchema, isList: false },
  ASCE: { schema: asceSchema, isList: false },
  PLUGIN: { schema: pluginSchema, isList: false },
  IASIO: { schema: iasioSchema, isList: true },
  TF: { schema: functionSchema, isList: true },
  TEMPLATE: { schema: templateSchema, isList: true },
} as const
export type IasFolder = keyof typeof iasFolders
export type IasFields<F extends IasFolder> = z.output<(typeof iasFolders)[F]['schema']>
export type IasSettings = z.output<typeof iasSchema>
