/** Why a port cannot be listened on, and what to do about it, for the log and the health. */
export function listenFault(error: unknown, host: string, port: number, setting: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const where = `${host}:${port}`
  const other = `set ${setting} to a port that is free`
  if (code === 'EADDRINUSE') {
    return `another program listens on ${where}: end it, or ${other}; it is tried again by itself`
  }
  if (code === 'EACCES') return `this user may not listen on ${where}: ${other}, above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `this computer has no address ${host}: set MLA_ALARM_HOST to one of its own, or 0.0.0.0`
  }
  return `cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`
}
