// Made by `pnpm gen` from packages/model/schemas/*.avsc: edit those.
import type { AvroSchema } from './fingerprint.ts'

/** Every version ever used, oldest first; the last one is what is written. */
export const sampleBatchSchemas: readonly AvroSchema[] = [
  {
    type: 'record',
    name: 'SampleBatch',
    namespace: 'mla.mon',
    doc: "Samples as they came in one publish response of one source, in the server's order. Topics mon.samples and mon.derived.",
    fields: [
      { name: 'collector', type: 'string', doc: 'The collector instance that made the batch.' },
      { name: 'epoch', type: 'long', doc: 'Microseconds since 1970 at which that instance began.' },
      {
        name: 'sequence',
        type: 'long',
        doc: 'Counts the batches of one lane of one epoch from 0; with collector, lane and epoch it recognises redelivery.',
      },
      {
        name: 'source',
        type: 'string',
        doc: 'The source (OPC-UA server) in the configuration database.',
      },
      {
        name: 'lane',
        type: 'string',
        doc: 'A source or a part of a big one; order holds within it.',
      },
      {
        name: 'samples',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Sample',
            fields: [
              { name: 'point', type: 'string', doc: 'Identifier of the monitoring point.' },
              {
                name: 'sourceTime',
                type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
                default: null,
                doc: 'When the device says the value was so.',
              },
              {
                name: 'serverTime',
                type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
                default: null,
                doc: 'When the server says it sampled.',
              },
              {
                name: 'collectedTime',
                type: { type: 'long', logicalType: 'timestamp-micros' },
                doc: 'When the collector received it.',
              },
              {
                name: 'status',
                type: 'long',
                doc: 'The OPC-UA status code, 32 bits without sign, info bits included.',
              },
              {
                name: 'type',
                type: {
                  type: 'enum',
                  name: 'ScalarType',
                  symbols: [
                    'boolean',
                    'int8',
                    'uint8',
                    'int16',
                    'uint16',
                    'int32',
                    'uint32',
                    'int64',
                    'uint64',
                    'float',
                    'double',
                    'string',
                    'datetime',
                    'bytes',
                    'enum',
                    'unknown',
                  ],
                  default: 'unknown',
                },
                doc: 'The type of the value or, of an array, of its elements.',
              },
              {
                name: 'array',
                type: 'boolean',
                default: false,
                doc: 'True where the type is an array of that type, also when the value is null.',
              },
              {
                name: 'value',
                type: [
                  'null',
                  'boolean',
                  'long',
                  {
                    type: 'fixed',
                    name: 'UInt64',
                    size: 8,
                    doc: 'Integers of type uint64, big-endian.',
                  },
                  'float',
                  'double',
                  'string',
                  'bytes',
                  {
                    type: 'record',
                    name: 'BooleanArray',
                    fields: [{ name: 'items', type: { type: 'array', items: 'boolean' } }],
                  },
                  {
                    type: 'record',
                    name: 'LongArray',
                    fields: [{ name: 'items', type: { type: 'array', items: 'long' } }],
                  },
                  {
                    type: 'record',
                    name: 'UInt64Array',
                    fields: [{ name: 'items', type: { type: 'array', items: 'UInt64' } }],
                  },
                  {
                    type: 'record',
                    name: 'FloatArray',
                    fields: [{ name: 'items', type: { type: 'array', items: 'float' } }],
                  },
                  {
                    type: 'record',
                    name: 'DoubleArray',
                    fields: [{ name: 'items', type: { type: 'array', items: 'double' } }],
                  },
                  {
                    type: 'record',
                    name: 'StringArray',
                    fields: [{ name: 'items', type: { type: 'array', items: ['null', 'string'] } }],
                  },
                  {
                    type: 'record',
                    name: 'BytesArray',
                    fields: [{ name: 'items', type: { type: 'array', items: ['null', 'bytes'] } }],
                  },
                ],
                doc: 'long carries every integer but uint64, enumeration codes, and date-times in microseconds.',
              },
              {
                name: 'text',
                type: ['null', 'string'],
                default: null,
                doc: "The name of an enumeration's value.",
              },
            ],
          },
        },
      },
    ],
  },
]
