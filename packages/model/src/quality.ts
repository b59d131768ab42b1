/** OPC-UA's three classes of quality, in the top two bits of a status code (OPC 10000-4, 7.39). */
export const qualities = ['GOOD', 'UNCERTAIN', 'BAD'] as const
export type Quality = (typeof qualities)[number]

export const qualityOf = (status: number): Quality => {
  const severity = status >>> 30
  return severity === 0 ? 'GOOD' : severity === 1 ? 'UNCERTAIN' : 'BAD'
}

/** The status codes that MLA itself gives (OPC 10000-6, annex A.2). */
export const status = {
  good: 0x00000000,
  badNoCommunication: 0x80310000,
  badNodeIdUnknown: 0x80340000,
  badOutOfRange: 0x803c0000,
  badTypeMismatch: 0x80740000,
  badDataEncodingUnsupported: 0x80390000,
} as const

/** DataValue info bits: the server's queue overflowed before this value (OPC 10000-4, 7.39.1). */
export const hasOverflow = (code: number): boolean =>
  ((code >>> 10) & 0x3) === 0x1 && ((code >>> 7) & 0x1) === 1
