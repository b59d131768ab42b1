import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Read, read, recipeOf } from './logs.fixture.ts'

/** Lines as widespread programs write them, read by people: what `auto` makes of each. */
const samples: [program: string, line: string, expected: Read][] = [
  [
    'nginx, error',
    '2026/11/21 08:00:01 [error] 1234#5: *56 connect() failed (111: Connection refused), client: 10.0.0.1',
    {
      ...{ time: '2026-11-21T08:00:01Z', priority: 'ERROR', pid: '1234', thread: '5' },
      ...{
        connection: 56,
        message: 'connect() failed (111: Connection refused), client: 10.0.0.1',
      },
    },
  ],
  [
    'nginx and Apache, access',
    '10.0.0.12 - operator [21/Nov/2026:09:00:02 +0100] "POST /x HTTP/2.0" 502 157 "-" "Mozilla/5.0 (X11)"',
    {
      ...{ time: '2026-11-21T08:00:02Z', client: '10.0.0.12', user: 'operator', status: 502 },
      ...{ size: 157, message: '"POST /x HTTP/2.0" 502 157 "-" "Mozilla/5.0 (X11)"' },
    },
  ],
  [
    'PostgreSQL, in a zone with a name',
    '2026-11-21 09:00:03.001 CET [1301] mla@archive FATAL:  password authentication failed',
    {
      ...{ time: '2026-11-21T08:00:03.001Z', priority: 'CRITICAL', pid: '1301' },
      ...{ session: 'mla@archive', message: 'password authentication failed' },
    },
  ],
  [
    'PostgreSQL, in a zone with a number, what belongs to the record before',
    '2026-11-21 05:00:03.001 -03 [1301] mla@archive STATEMENT:  SELECT 1',
    {
      ...{ time: '2026-11-21T08:00:03.001Z', pid: '1301', session: 'mla@archive' },
      message: 'STATEMENT:  SELECT 1',
    },
  ],
  [
    'Kubernetes (klog)',
    'E1121 08:00:02.000001   12345 reflector.go:147] factory.go:150: Failed to watch *v1.Pod',
    {
      ...{ time: '2026-11-21T08:00:02.000001Z', priority: 'ERROR', thread: '12345' },
      ...{ file: 'reflector.go', line: 147, message: 'factory.go:150: Failed to watch *v1.Pod' },
    },
  ],
  [
    'a container, of JSON',
    '2026-11-21T08:00:04.123456789Z stdout F {"level":"warn","ts":"2026-11-21T08:00:04.1Z","caller":"etcdserver/server.go:12","msg":"slow"}',
    {
      ...{ time: '2026-11-21T08:00:04.100Z', priority: 'WARNING', message: 'slow' },
      ...{ file: 'etcdserver/server.go', line: 12, stream: 'stdout' },
    },
  ],
  [
    'a container, of a part of a line that nothing understands',
    '2026-11-21T09:00:04.123456789+01:00 stderr P something went',
    {
      ...{ time: '2026-11-21T08:00:04.123456Z', message: 'something went' },
      ...{ stream: 'stderr', isPart: true },
    },
  ],
  [
    'Docker’s JSON',
    '{"log":"listening on :8080\\n","stream":"stdout","time":"2026-11-21T08:00:05.123456789Z"}',
    {
      ...{ time: '2026-11-21T08:00:05.123456Z', message: 'listening on :8080', stream: 'stdout' },
    },
  ],
  [
    'logfmt',
    'ts=2026-11-21T08:00:08.123Z caller=main.go:583 level=error component=tsdb msg="failed to \\"open\\"" err="a = b" ok',
    {
      ...{ time: '2026-11-21T08:00:08.123Z', priority: 'ERROR', process: 'tsdb', file: 'main.go' },
      ...{ line: 583, message: 'failed to "open"', err: 'a = b', ok: true },
    },
  ],
  [
    'Cassandra',
    'WARN  [ScheduledTasks:1] 2026-11-21 08:00:02,000 MonitoringTask.java:150 - 2 operations were slow',
    {
      ...{ time: '2026-11-21T08:00:02Z', priority: 'WARNING', thread: 'ScheduledTasks:1' },
      ...{ file: 'MonitoringTask.java', line: 150, message: '2 operations were slow' },
    },
  ],
  [
    'Kafka',
    '[2026-11-21 08:00:02,001] WARN [Broker id=1] Cache (of metadata) is stale (kafka.server.Listener)',
    {
      ...{
        time: '2026-11-21T08:00:02.001Z',
        priority: 'WARNING',
        process: 'kafka.server.Listener',
      },
      message: '[Broker id=1] Cache (of metadata) is stale',
    },
  ],
  [
    'journalctl -o short-iso',
    '2026-11-21T08:00:04+0000 pi-1 systemd[1]: Reached target Multi-User System.',
    {
      ...{ time: '2026-11-21T08:00:04Z', host: 'pi-1', process: 'systemd', pid: '1' },
      message: 'Reached target Multi-User System.',
    },
  ],
  [
    'journalctl -o json, with a message of bytes',
    '{"__REALTIME_TIMESTAMP":"1795248002000000","PRIORITY":"3","_HOSTNAME":"pi-1","_COMM":"dockerd","MESSAGE":[104,105]}',
    {
      ...{ time: '2026-11-21T08:00:02Z', priority: 'ERROR', host: 'pi-1', process: 'dockerd' },
      message: 'hi',
    },
  ],
  [
    'Elasticsearch',
    '[2026-11-21T08:00:01,123][WARN ][o.e.c.r.a.Monitor] [node-1] high disk watermark exceeded',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'WARNING', process: 'o.e.c.r.a.Monitor' },
      ...{ node: 'node-1', message: 'high disk watermark exceeded' },
    },
  ],
  [
    'Spring Boot',
    '2026-11-21 08:00:01.123  WARN 4711 --- [nio-8080-exec-1] c.e.demo.Controller : slow request',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'WARNING', process: 'c.e.demo.Controller' },
      ...{ thread: 'nio-8080-exec-1', pid: '4711', message: 'slow request' },
    },
  ],
  [
    'MySQL',
    '2026-11-21T08:00:01.123456Z 12 [Warning] [MY-013360] [Server] Plugin reported',
    {
      ...{ time: '2026-11-21T08:00:01.123456Z', priority: 'WARNING', thread: '12' },
      ...{ code: 'MY-013360', component: 'Server', message: 'Plugin reported' },
    },
  ],
  [
    'Redis',
    '1:M 21 Nov 2026 08:00:01.123 # Memory overcommit must be enabled',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'WARNING', pid: '1', role: 'M' },
      message: 'Memory overcommit must be enabled',
    },
  ],
  [
    'Tomcat',
    '21-Nov-2026 08:00:01.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [12] ms',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'INFO', thread: 'main' },
      ...{ process: 'org.apache.catalina.startup.Catalina.start' },
      message: 'Server startup in [12] ms',
    },
  ],
  [
    'loguru',
    '2026-11-21 08:00:01.123 | INFO     | camera.readout:start:42 - text',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'INFO', process: 'camera.readout' },
      ...{ routine: 'start', line: 42, message: 'text' },
    },
  ],
  [
    'Python without a format',
    'WARNING:observer.scripts:seeing is bad',
    { priority: 'WARNING', process: 'observer.scripts', message: 'seeing is bad' },
  ],
  [
    'auditd',
    'type=AVC msg=audit(1795248001.123:456): avc: denied { read }',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', type: 'AVC', serial: '456' },
      message: 'avc: denied { read }',
    },
  ],
  [
    'a network switch',
    '<189>123: *Nov 21 08:00:01.123: %SYS-5-CONFIG_I: Configured from console',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'NOTICE', process: '%SYS-5-CONFIG_I' },
      ...{ message: 'Configured from console', facility: 'local7', sequence: '123' },
    },
  ],
  [
    'gunicorn',
    '[2026-11-21 09:00:01 +0100] [7] [INFO] Booting worker',
    { time: '2026-11-21T08:00:01Z', priority: 'INFO', pid: '7', message: 'Booting worker' },
  ],
  [
    'Celery',
    '[2026-11-21 08:00:01,123: WARNING/MainProcess] lost',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'WARNING', process: 'MainProcess' },
      message: 'lost',
    },
  ],
  [
    'a program in Rust',
    '2026-11-21T08:00:01.123456Z  INFO mirror::control: moved',
    {
      ...{ time: '2026-11-21T08:00:01.123456Z', priority: 'INFO', process: 'mirror::control' },
      message: 'moved',
    },
  ],
  [
    'a program in Go with tabs',
    '2026-11-21T08:00:01.123Z\tERROR\tserver/main.go:23\tno disk\t{"a": 1}',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'ERROR', file: 'server/main.go', line: 23 },
      message: 'no disk\t{"a": 1}',
    },
  ],
  [
    'Airflow',
    '[2026-11-21T08:00:01.123+0000] {task.py:13} INFO - done',
    {
      ...{ time: '2026-11-21T08:00:01.123Z', priority: 'INFO', file: 'task.py', line: 13 },
      message: 'done',
    },
  ],
  [
    'PHP',
    '[21-Nov-2026 08:00:01 UTC] PHP Fatal error:  out of memory',
    { time: '2026-11-21T08:00:01Z', message: 'PHP Fatal error:  out of memory' },
  ],
  [
    'Squid',
    '1795248001.123    100 10.0.0.1 TCP_MISS/200 512 GET http://x',
    { time: '2026-11-21T08:00:01.123Z', message: '100 10.0.0.1 TCP_MISS/200 512 GET http://x' },
  ],
  [
    'MongoDB',
    '{"t":{"$date":"2026-11-21T09:00:01.123+01:00"},"s":"W","c":"NETWORK","id":22943,"ctx":"listener","msg":"slow","attr":{"remote":"x:1"}}',
    {
      ...{
        time: '2026-11-21T08:00:01.123Z',
        priority: 'WARNING',
        process: 'NETWORK',
        thread: 'listener',
      },
      ...{ id: 22943, message: 'slow', 'attr.remote': 'x:1' },
    },
  ],
  [
    'free text that happens to have a level in it stays whole',
    '2026-11-21 08:00:01 no error was found on MET station 3',
    { time: '2026-11-21T08:00:01Z', message: 'no error was found on MET station 3' },
  ],
]
for (const [program, line, expected] of samples) {
  test(`auto understands ${program}`, () =>
    assert.deepEqual(read(recipeOf('auto'), line), expected))
}

test('a zone that means several is told, not guessed', () => {
  const result = read(recipeOf('auto'), '2026-11-21 08:00:03.001 IST [1301] LOG:  ready')
  assert.match(
    String(result['problem']),
    /"2026-11-21 08:00:03\.001 IST" is in none of the formats/,
  )
  assert.equal(result['message'], 'ready')
})
