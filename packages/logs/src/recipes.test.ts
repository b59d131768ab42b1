import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Read, read, recipeOf } from './logs.fixture.ts'
import type { RecipeRules } from './recipe-shape.ts'

/** Lines of real systems (loghub), read by people: what each says. */
const samples: [recipe: string, line: string, expected: Read][] = [
  [
    'linux',
    'Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0',
    {
      ...{ time: '2026-06-14T15:16:01Z', host: 'combo', process: 'sshd(pam_unix)', pid: '19939' },
      message: 'authentication failure; logname= uid=0',
    },
  ],
  [
    'linux',
    'Jul 27 14:41:57 combo kernel: CPU 0 irqstacks, hard=02345000 soft=02344000',
    {
      ...{ time: '2026-07-27T14:41:57Z', host: 'combo', process: 'kernel' },
      message: 'CPU 0 irqstacks, hard=02345000 soft=02344000',
    },
  ],
  [
    'openssh',
    'Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186',
    {
      ...{ time: '2025-12-10T06:55:46Z', host: 'LabSZ', process: 'sshd', pid: '24200' },
      message: 'Invalid user webmaster from 173.234.31.186',
    },
  ],
  [
    'thunderbird',
    '- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed for user root',
    {
      ...{ time: '2005-11-09T20:01:01Z', host: 'dn228', process: 'crond(pam_unix)', pid: '2915' },
      ...{ message: 'session closed for user root', label: '-', location: 'dn228/dn228' },
    },
  ],
  [
    'thunderbird',
    '- 1131567043 2005.11.09 tbird-admin1 Nov 9 12:10:43 local@tbird-admin1 checking TSC synchronization across 4 CPUs: passed.',
    {
      ...{ time: '2005-11-09T20:10:43Z', host: 'tbird-admin1', label: '-' },
      ...{
        message: 'checking TSC synchronization across 4 CPUs: passed.',
        location: 'local@tbird-admin1',
      },
    },
  ],
  [
    'apache',
    '[Sun Dec 04 05:15:09 2005] [error] [client 222.166.160.184] Directory index forbidden by rule: /var/www/html/',
    {
      ...{
        time: '2005-12-04T05:15:09Z',
        priority: 'ERROR',
        process: 'httpd',
        client: '222.166.160.184',
      },
      message: 'Directory index forbidden by rule: /var/www/html/',
    },
  ],
  [
    'hdfs',
    '081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38 terminating',
    {
      ...{
        time: '2008-11-09T20:36:15Z',
        priority: 'INFO',
        process: 'dfs.DataNode$PacketResponder',
      },
      ...{ thread: '148', message: 'PacketResponder 1 for block blk_38 terminating' },
    },
  ],
  [
    'zookeeper',
    '2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - Notification time out: 3200',
    {
      ...{
        time: '2015-07-29T17:41:44.747Z',
        priority: 'INFO',
        process: 'FastLeaderElection',
        line: 774,
      },
      ...{
        thread: 'QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181',
        message: 'Notification time out: 3200',
      },
    },
  ],
  [
    'log4j',
    '2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created MRAppMaster',
    {
      ...{ time: '2015-10-18T18:01:47.978Z', priority: 'INFO', thread: 'main' },
      process: 'org.apache.hadoop.mapreduce.v2.app.MRAppMaster',
      message: 'Created MRAppMaster',
    },
  ],
  [
    'auto',
    '03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogs app = null',
    {
      ...{ time: '2026-03-17T16:13:38.811Z', priority: 'DEBUG', process: 'WindowManager' },
      ...{ thread: '2395', pid: '1702', message: 'printFreezingDisplayLogs app = null' },
    },
  ],
  [
    'auto',
    '- 1117838570 2005.06.03 R02-M1-N0 2005-06-03-15.42.50.363779 R02-M1-N0 RAS KERNEL INFO parity error corrected',
    {
      ...{
        time: '2005-06-03T15:42:50.363779Z',
        priority: 'INFO',
        host: 'R02-M1-N0',
        process: 'KERNEL',
      },
      ...{ message: 'parity error corrected', label: '-', type: 'RAS' },
    },
  ],
  [
    'auto',
    '20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579',
    {
      time: '2017-12-23T22:15:29.606Z',
      process: 'Step_LSC',
      pid: '30002312',
      message: 'onStandStepChanged 3579',
    },
  ],
  [
    'auto',
    'nova-api.log.1 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-38 113] 10.11.10.1 "GET /v2"',
    {
      ...{
        time: '2017-05-16T00:00:00.008Z',
        priority: 'INFO',
        process: 'nova.osapi_compute.wsgi.server',
      },
      ...{
        file: 'nova-api.log.1',
        pid: '25746',
        request: 'req-38 113',
        message: '10.11.10.1 "GET /v2"',
      },
    },
  ],
  [
    'auto',
    '2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1',
    {
      time: '2016-09-28T04:30:30Z',
      priority: 'INFO',
      process: 'CBS',
      message: 'Loaded Servicing Stack v6.1',
    },
  ],
  [
    'auto',
    '17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers',
    {
      ...{
        time: '2017-06-09T20:10:40Z',
        priority: 'INFO',
        process: 'executor.CoarseGrainedExecutorBackend',
      },
      message: 'Registered signal handlers',
    },
  ],
]
for (const [recipe, line, expected] of samples) {
  for (const name of new Set([recipe, 'auto'])) {
    if (name === 'auto' && recipe === 'apache') continue
    test(`${name} understands: ${line.slice(0, 50)}`, () => {
      assert.deepEqual(read(recipeOf(name), line), expected)
    })
  }
}

const own: RecipeRules = {
  match: [
    '%{STAMP:time} %{WORD:level} %{NODE:host}: %{GREEDYDATA:message}(?: \\(%{INT:code:int}\\))?',
  ],
  patterns: { STAMP: '\\d+/\\d+ \\d+:\\d\\d', NODE: '(cam|mir)\\d+' },
  time: { formats: ['d/M H:mm'], zone: 'America/Santiago' },
  priority: { map: { BAD: 'ERROR' }, default: 'NOTICE' },
  set: { audience: 'Operator', site: 'south' },
}
test('a recipe of one’s own: patterns, zone, priorities, constants', () => {
  assert.deepEqual(read(recipeOf(own), '20/11 9:05 BAD cam7: too hot'), {
    ...{ time: '2026-11-20T12:05:00Z', priority: 'ERROR', host: 'cam7', audience: 'Operator' },
    ...{ message: 'too hot', site: 'south' },
  })
  assert.deepEqual(read(recipeOf(own), 'what is this'), {
    ...{ priority: 'NOTICE', message: 'what is this', audience: 'Operator', site: 'south' },
    ...{ problem: 'no pattern matches', raw: 'what is this' },
  })
})

test('a time that is in none of the formats is told, and the line kept', () => {
  const result = read(recipeOf(own), '40/11 9:05 BAD cam7: too hot')
  assert.equal(result['problem'], 'the time "40/11 9:05" is in none of the formats')
  assert.equal(result['message'], 'too hot')
  assert.equal(result['raw'], '40/11 9:05 BAD cam7: too hot')
})
