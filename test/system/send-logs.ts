import { once } from 'node:events'
import { connect } from 'node:net'

/** A record of each severity (RFC 5424, 6.2.1; facility local0) over TCP, as a controller sends them. */
export async function sendLogs(host: string, port: number): Promise<void> {
  const socket = connect(port, host)
  await once(socket, 'connect')
  const now = new Date().toISOString()
  for (let severity = 0; severity <= 7; severity++) {
    socket.write(
      `<${16 * 8 + severity}>1 ${now} tel01 drive 1 - - Record of severity ${severity}\n`,
    )
  }
  socket.end()
  await once(socket, 'close')
}
