import { MlaError } from '@mla/model'
import { StatusCodes } from 'node-opcua-client'

/** The OPC-UA status that an error of node-opcua carries, by its name; null when it has none. */
export function statusNameOf(error: unknown): string | null {
  const fault = error as { response?: { responseHeader?: { serviceResult?: { name?: string } } } }
  const name = fault?.response?.responseHeader?.serviceResult?.name
  if (name?.startsWith('Bad')) return name
  return /\bBad[A-Z][A-Za-z0-9]+/.exec(messageOf(error))?.[0] ?? null
}

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

export const codeOfStatus = (name: string): number =>
  (StatusCodes as unknown as Record<string, { value: number } | undefined>)[name]?.value ??
  StatusCodes.Bad.value

const tooLarge = new Set([
  'BadTooManyOperations',
  'BadEncodingLimitsExceeded',
  'BadTcpMessageTooLarge',
  'BadRequestTooLarge',
  'BadResponseTooLarge',
])

/** True where the same request in smaller portions may do. */
export const isTooLarge = (error: unknown): boolean => tooLarge.has(statusNameOf(error) ?? '')

export const isTimeout = (error: unknown): boolean =>
  statusNameOf(error) === 'BadTimeout' || /timed? ?out/i.test(messageOf(error))

const refusals = new Set([
  'BadUserAccessDenied',
  'BadIdentityTokenInvalid',
  'BadIdentityTokenRejected',
  'BadSecurityChecksFailed',
  'BadSecurityModeRejected',
  'BadSecurityPolicyRejected',
  'BadSecurityModeInsufficient',
  'BadUserSignatureInvalid',
  'BadApplicationSignatureInvalid',
  'BadCertificateInvalid',
  'BadCertificateUntrusted',
  'BadCertificateTimeInvalid',
  'BadCertificateUriInvalid',
  'BadCertificateUseNotAllowed',
  'BadTooManySessions',
])

const isOfTheCertificate = (status: string): boolean =>
  status.startsWith('BadCertificate') ||
  status === 'BadSecurityChecksFailed' ||
  status === 'BadApplicationSignatureInvalid'

/** Says what a failed connection means, and what to do about it. */
export function connectError(error: unknown, endpoint: string, ownCertificate: string): MlaError {
  if (error instanceof MlaError) return error
  const status = statusNameOf(error)
  const details = { endpoint, status }
  if (/cannot find endpoint|End point must exist|Cannot find an Endpoint/i.test(messageOf(error))) {
    const text = `${endpoint} does not offer this security mode and policy`
    return new MlaError('SOURCE_REFUSED', text, { cause: error, details })
  }
  if (
    /cannot find userIdentityToken|userTokenPolicy|Cannot find .* user token/i.test(
      messageOf(error),
    )
  ) {
    const text = `${endpoint} does not accept this kind of user here`
    return new MlaError('SOURCE_REFUSED', text, { cause: error, details })
  }
  if (status !== null && refusals.has(status)) {
    const cure = isOfTheCertificate(status)
      ? `; if the server does not know us, let it trust ${ownCertificate}`
      : ''
    const text = `${endpoint} refused the session: ${status}${cure}`
    return new MlaError('SOURCE_REFUSED', text, { cause: error, details })
  }
  const text = `${endpoint}: ${messageOf(error).slice(0, 300)}`
  return new MlaError('SOURCE_UNAVAILABLE', text, { cause: error, details })
}
