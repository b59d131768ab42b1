import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuOf, peakOf } from '../../system/service-process.ts'

const binary = '/usr/sbin/rsyslogd'

/** rsyslog with its Kafka output, taking syslog over TCP: JSON records, one a message. */
export async function startRsyslog(settings: {
  readonly port: number
  readonly brokers: readonly string[]
  readonly topic: string
  readonly folder: string
  readonly compression: string
}) {
  if (!existsSync(binary)) {
    throw new Error(
      'rsyslog is not there: apt-get install --no-install-recommends rsyslog rsyslog-kafka',
    )
  }
  const { port, folder } = settings
  const path = join(folder, 'rsyslog.conf')
  writeFileSync(path, configuration(settings))
  const child = spawn(binary, ['-n', '-f', path, '-i', join(folder, 'rsyslog.pid')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const { pid = 0 } = child
  for (let tries = 0; !(await isOpen(port)); tries++) {
    if (child.exitCode !== null || tries > 100) throw new Error('rsyslogd does not listen')
    await delay(100)
  }
  return {
    cpuSeconds: () => cpuOf(pid),
    peakMegabytes: () => peakOf(pid),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(hard)
    },
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.on('error', () => done(false))
  })

const configuration = ({
  port,
  brokers,
  topic,
  folder,
  compression,
}: Parameters<typeof startRsyslog>[0]): string => `
global(workDirectory="${folder}")
module(load="imtcp")
module(load="omkafka")
main_queue(queue.size="200000" queue.dequeueBatchSize="4096" queue.workerThreads="2")
template(name="json" type="list" option.jsonf="on") {
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="received" name="timegenerated" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="priority" name="syslogseverity-text" format="jsonf")
  property(outname="facility" name="syslogfacility-text" format="jsonf")
  property(outname="process" name="app-name" format="jsonf")
  property(outname="pid" name="procid" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omkafka" broker=[${brokers.map((one) => `"${one}"`).join(', ')}] topic="${topic}"
  template="json" partitions.auto="on"
  confParam=["compression.codec=${compression}", "queue.buffering.max.messages=500000",
             "queue.buffering.max.ms=50", "batch.num.messages=10000"])
`
