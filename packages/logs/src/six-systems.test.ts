import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, recipeOf } from './logs.fixture.ts'

type Said = readonly [
  line: string,
  time: string,
  host: string | null,
  process: string | null,
  message: string,
]

/**
 * A sample of the awkward lines of loghub's six systems, each read by a person: what stands in it. All 2,000
 * lines of each are tried with `mla logs try <recipe> <file>`.
 */
const samples: Readonly<Record<string, readonly Said[]>> = {
  linux: [
    [
      'Jul  1 04:05:17 combo su(pam_unix)[20298]: session opened for user cyrus by (uid=0)',
      ...(['2026-07-01T04:05:17Z', 'combo', 'su(pam_unix)'] as const),
      'session opened for user cyrus by (uid=0)',
    ],
    [
      'Jun 30 20:53:04 combo klogind[19272]: Kerberos authentication failed ',
      ...(['2026-06-30T20:53:04Z', 'combo', 'klogind'] as const),
      'Kerberos authentication failed ',
    ],
    [
      'Jul  7 08:06:12 combo gpm[2094]: imps2: Auto-detected intellimouse PS/2',
      ...(['2026-07-07T08:06:12Z', 'combo', 'gpm'] as const),
      'imps2: Auto-detected intellimouse PS/2',
    ],
    [
      'Jul 27 14:41:57 combo kernel:   Normal zone: 28334 pages, LIFO batch:6',
      ...(['2026-07-27T14:41:57Z', 'combo', 'kernel'] as const),
      '  Normal zone: 28334 pages, LIFO batch:6',
    ],
    [
      'Jun 19 04:08:57 combo cups: cupsd shutdown succeeded',
      ...(['2026-06-19T04:08:57Z', 'combo', 'cups'] as const),
      'cupsd shutdown succeeded',
    ],
  ],
  openssh: [
    [
      'Dec 10 07:51:15 LabSZ sshd[24324]: error: Received disconnect from 195.154.37.122: 3: com.jcraft.jsch.JSchException: Auth fail [preauth]',
      ...(['2025-12-10T07:51:15Z', 'LabSZ', 'sshd'] as const),
      'error: Received disconnect from 195.154.37.122: 3: com.jcraft.jsch.JSchException: Auth fail [preauth]',
    ],
    [
      'Dec 10 07:13:56 LabSZ sshd[24227]: Disconnecting: Too many authentication failures for root [preauth]',
      ...(['2025-12-10T07:13:56Z', 'LabSZ', 'sshd'] as const),
      'Disconnecting: Too many authentication failures for root [preauth]',
    ],
  ],
  thunderbird: [
    [
      '- 1131566470 2005.11.09 tbird-sm1 Nov 9 12:01:10 src@tbird-sm1 ib_sm.x[24904]: [ib_sm_sweep.c:1831]: **** NEW SWEEP ****',
      ...(['2005-11-09T20:01:10Z', 'tbird-sm1', 'ib_sm.x'] as const),
      '[ib_sm_sweep.c:1831]: **** NEW SWEEP ****',
    ],
    [
      '- 1131566501 2005.11.09 aadmin1 Nov 9 12:01:41 src@aadmin1 dhcpd: DHCPDISCOVER from 00:11:43:e3:ba:c3 via eth1',
      ...(['2005-11-09T20:01:41Z', 'aadmin1', 'dhcpd'] as const),
      'DHCPDISCOVER from 00:11:43:e3:ba:c3 via eth1',
    ],
    [
      '- 1131566461 2005.11.09 en257 Nov 9 12:01:01 en257/en257 crond(pam_unix)[8950]: session closed for user root',
      ...(['2005-11-09T20:01:01Z', 'en257', 'crond(pam_unix)'] as const),
      'session closed for user root',
    ],
    [
      '- 1131567051 2005.11.09 #8# Nov 9 12:10:51 #8#/#8# sshd[4718]: User #29#, coming from #30#, authenticated.',
      ...(['2005-11-09T20:10:51Z', '#8#', 'sshd'] as const),
      'User #29#, coming from #30#, authenticated.',
    ],
  ],
  apache: [
    [
      '[Sun Dec 04 04:51:08 2005] [notice] jk2_init() Found child 6725 in scoreboard slot 10',
      ...(['2005-12-04T04:51:08Z', null, 'httpd'] as const),
      'jk2_init() Found child 6725 in scoreboard slot 10',
    ],
    [
      '[Sun Dec 04 17:43:12 2005] [error] mod_jk child init 1 -2',
      ...(['2005-12-04T17:43:12Z', null, 'httpd'] as const),
      'mod_jk child init 1 -2',
    ],
  ],
  hdfs: [
    [
      '081109 214043 2561 WARN dfs.DataNode$DataXceiver: 10.251.30.85:50010:Got exception while serving blk_-29 to /10.251.90.64:',
      ...(['2008-11-09T21:40:43Z', null, 'dfs.DataNode$DataXceiver'] as const),
      '10.251.30.85:50010:Got exception while serving blk_-29 to /10.251.90.64:',
    ],
    [
      '081110 212510 19 INFO dfs.FSNamesystem: BLOCK* ask 10.250.18.114:50010 to delete  blk_-51',
      ...(['2008-11-10T21:25:10Z', null, 'dfs.FSNamesystem'] as const),
      'BLOCK* ask 10.250.18.114:50010 to delete  blk_-51',
    ],
  ],
  zookeeper: [
    [
      '2015-07-29 19:13:24,282 - WARN  [RecvWorker:188978561024:QuorumCnxManager$RecvWorker@762] - Connection broken for id 188978561024, my id = 1, error = ',
      ...(['2015-07-29T19:13:24.282Z', null, 'QuorumCnxManager$RecvWorker'] as const),
      'Connection broken for id 188978561024, my id = 1, error = ',
    ],
    [
      '2015-07-29 19:52:05,118 - WARN  [NIOServerCxn.Factory:0.0.0.0/0.0.0.0:2181:NIOServerCnxn@349] - caught end of stream exception',
      ...(['2015-07-29T19:52:05.118Z', null, 'NIOServerCnxn'] as const),
      'caught end of stream exception',
    ],
    [
      '2015-07-30 18:18:02,003 - INFO  [ProcessThread(sid:1 cport:-1)::PrepRequestProcessor@476] - Processed session termination for sessionid: 0x14',
      ...(['2015-07-30T18:18:02.003Z', null, 'PrepRequestProcessor'] as const),
      'Processed session termination for sessionid: 0x14',
    ],
  ],
}

for (const [recipe, lines] of Object.entries(samples)) {
  for (const name of [recipe, 'auto']) {
    test(`${name} reads ${lines.length} lines of ${recipe} as a person does`, () => {
      for (const [line, time, host, process, message] of lines) {
        const said = read(recipeOf(name), line)
        // A line of Apache does not say that it is of Apache.
        const named = name === 'auto' && recipe === 'apache' ? null : process
        assert.deepEqual(
          [said['time'], said['host'] ?? null, said['process'] ?? null, said['message']],
          [time, host, named, message],
        )
        assert.equal(said['problem'], undefined)
      }
    })
  }
}
