import { MlaError, parseDuration, parseTime } from '@mla/model'
import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { createTimeText } from '../time-text.ts'
import type { Area, ScalarCoding } from './area.ts'
import { scalarsSdl } from './schema.graphql.ts'

/** A scalar that is written as a string. */
const textual = (name: string, parse: (text: string) => unknown): Partial<ScalarCoding> => {
  const parseText = (value: unknown): unknown => {
    if (typeof value === 'string') return parse(value)
    throw new MlaError('QUERY_INVALID', `${name} is written as a string`)
  }
  return {
    parseValue: parseText,
    parseLiteral: (node: ValueNode) =>
      parseText(node.kind === Kind.STRING ? node.value : undefined),
  }
}

const timeText = createTimeText()
const maxUInt32 = 2 ** 32 - 1

function uint32(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxUInt32) {
    return value
  }
  throw new MlaError('QUERY_INVALID', `UInt32 is a whole number from 0 to ${maxUInt32}`)
}

export const scalars: Area = {
  sdl: scalarsSdl,
  scalars: {
    DateTime: {
      ...textual('DateTime', parseTime),
      serialize: (time) => timeText(time as number),
    },
    Duration: textual('Duration', parseDuration),
    UInt32: {
      serialize: uint32,
      parseValue: uint32,
      parseLiteral: (node) => uint32(node.kind === Kind.INT ? Number(node.value) : undefined),
    },
    JSON: { parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) },
  },
}
