import { programMatches, programPatterns, programTimes } from './program-matches.ts'

const p = programMatches

/** Layouts that programs commonly write, the most telling first. */
export const autoMatches = {
  patterns: {
    ...programPatterns,
    BRACKETED: '\\[[^\\]]*\\]',
    MODULE: '[A-Za-z_$][^\\s:\\[\\]]*',
    LETTER: '[VDIWEF]',
    /** A word that can only be a level: in capitals, in brackets, or with a colon. */
    SHOUTED:
      '(?:TRACE|DEBUG[1-5]?|VERBOSE|NOTICE|INFO|INFORMATION|WARN|WARNING|ERR|ERROR|CRIT|CRITICAL|FATAL|SEVERE|ALERT|EMERG|EMERGENCY|PANIC|FINE|FINER|FINEST|CONFIG)',
    MARK: '(?:\\[%{LEVEL:priority} *\\]:?|%{LEVEL:priority}:|%{SHOUTED:priority})(?: -)?',
    DAY_TIME: '\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+',
    CLOCK: '\\d\\d:\\d\\d:\\d\\d[.,]\\d+',
    SIX_SIX: '\\d{6} \\d{6}',
    PIPED: '\\d{8}-\\d+:\\d+:\\d+:\\d+',
    DOTTED: '\\d\\d\\.\\d\\d \\d\\d:\\d\\d:\\d\\d',
    EPOCH: '\\d{10}',
    EPOCH_FRACTION: '\\d{10}\\.\\d{3,9}',
    BGL: '\\d{4}-\\d\\d-\\d\\d-\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d+',
    UPTIME: '\\d+\\.\\d{3,9}',
    PIPE_PART: '[^|]*[^| ]',
    NAME: '[A-Za-z_][\\w.-]*',
    RUST_PATH: '[A-Za-z_]\\w*(?:::\\w+)+',
    ROUTINE: '[\\w<>.]+',
    PYTHON: '(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)',
    SYSLOG_ISO: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)',
  },
  expressions: [
    // [Sun Dec 04 04:47:44 2005] [notice] text
    '\\[%{HTTPDERROR_DATE:time}\\] \\[(?:%{WORD:module})?:?%{LOGLEVEL:priority}\\](?: \\[pid %{POSINT:pid}(?::tid %{POSINT:thread})?\\])?(?: \\[client %{NOTSPACE:client}\\])? %{GREEDYDATA:message}',
    // 2015-07-29 17:41:44,747 - INFO  [thread:Class@774] - text
    '%{WHEN:time} (?:%{BRACKETED} )?- %{LOGLEVEL:priority} +\\[%{DATA:thread}:%{JAVACLASS:process}@%{POSINT:line}\\] - ?%{GREEDYDATA:message}',
    ...[...p.klog, ...p.access, ...p.nginx, ...p.postgresql, ...p.mysql, ...p.cassandra],
    ...[...p.kafka, ...p.elasticsearch, ...p.spring, ...p.redis, ...p.tomcat, ...p.audit],
    ...p.cisco,
    // [2026-11-21 08:00:01 +0000] [7] [INFO] text
    '\\[%{WHEN:time}\\] +\\[%{POSINT:pid}\\] +\\[%{LEVEL:priority}\\] +%{GREEDYDATA:message}',
    // [2026-11-21 08:00:01,123: INFO/MainProcess] text
    '\\[%{WHEN:time}: %{LEVEL:priority}/%{TIGHT:process}\\] %{GREEDYDATA:message}',
    // [2026-11-21T08:00:01Z INFO  crate::module] text
    '\\[%{WHEN:time} %{LEVEL:priority} +%{TIGHT:process}\\] %{GREEDYDATA:message}',
    // [2026-11-21T08:00:01.123+0000] {taskinstance.py:1332} INFO - text
    '\\[%{WHEN:time}\\] \\{%{SOURCE_FILE:file}:%{POSINT:line}\\} %{LEVEL:priority} - %{GREEDYDATA:message}',
    // with tabs: 2026-11-21T08:00:01.123Z INFO server/main.go:23 text
    '%{WHEN:time}\\t%{LEVEL:priority}\\t(?:%{SOURCE_FILE:file}:%{POSINT:line}\\t|%{NOTSPACE:process}\\t)?%{GREEDYDATA:message}',
    // 2026-11-21T08:00:01.123456Z  INFO crate::module: text
    '%{WHEN:time} +%{LEVEL:priority} +%{RUST_PATH:process}: %{GREEDYDATA:message}',
    // 2015-10-18 18:01:47,978 INFO [main] org.apache.Class: text
    '%{WHEN:time} +\\[?%{LEVEL:priority} *\\]? +\\[%{DATA:thread}\\] +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    '%{WHEN:time} +\\[%{DATA:thread}\\] +\\[?%{LEVEL:priority} *\\]? +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    '%{WHEN:time} +%{SHOUTED:priority} +%{DOTTED_NAME:process} +\\[%{DATA:thread}\\] +%{GREEDYDATA:message}',
    // 2016-09-28 04:30:30, Info                  CBS    text
    '%{WHEN:time}, %{LOGLEVEL:priority} +%{MODULE:process} +%{GREEDYDATA:message}',
    // nova-api.log 2017-05-16 00:00:00.008 25746 INFO nova.wsgi [req-…] text
    '(?:%{NOTSPACE:file} )?%{WHEN:time} %{POSINT:pid} %{LOGLEVEL:priority} %{MODULE:process} \\[%{DATA:request}\\] %{GREEDYDATA:message}',
    // 2026-11-21 08:00:01.123 | INFO     | module:function:42 - text
    '%{WHEN:time} *\\| *%{LEVEL:priority} *\\| *%{NAME:process}:%{ROUTINE:routine}:%{POSINT:line} - %{GREEDYDATA:message}',
    '%{WHEN:time} *\\| *%{LEVEL:priority} *\\| *%{PIPE_PART:process} *\\| *%{GREEDYDATA:message}',
    // 17/06/09 20:10:40 INFO executor.Backend: text
    '%{WHEN:time} +\\[?%{LEVEL:priority} *\\]?:? +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    '%{WHEN:time} +%{MODULE:process} +%{MARK} %{GREEDYDATA:message}',
    // Python: 2026-11-21 08:00:00,123 - name - WARNING - text
    '%{WHEN:time} - %{NOTSPACE:process} - %{LEVEL:priority} - %{GREEDYDATA:message}',
    '\\[?%{WHEN:time}\\]?:? +(?:- )?%{MARK} +%{GREEDYDATA:message}',
    '%{MARK} +\\[?%{WHEN:time}\\]?:? +%{GREEDYDATA:message}',
    '%{EPOCH_PARTS:time} +%{MARK} +%{GREEDYDATA:message}',
    // 08:00:01.123 [main] INFO com.example.App - text
    '%{CLOCK:clock} +\\[%{DATA:thread}\\] +%{LEVEL:priority} +%{MODULE:process} - %{GREEDYDATA:message}',
    '%{PYTHON:priority}:%{NAME:process}:%{GREEDYDATA:message}',
    '%{PYTHON:priority}: +%{GREEDYDATA:message}',
    // Android: 03-17 16:13:38.811  1702  2395 D WindowManager: text
    '%{DAY_TIME:time} +%{POSINT:pid} +%{POSINT:thread} +%{LETTER:priority} +%{DATA:process}: %{GREEDYDATA:message}',
    // 081109 203615 148 INFO dfs.DataNode$PacketResponder: text
    '%{SIX_SIX:time} +%{POSINT:thread} +%{LOGLEVEL:priority} +%{NOTSPACE:process}: ?%{GREEDYDATA:message}',
    // 20171223-22:15:29:606|Step_LSC|30002312|text
    '%{PIPED:time}\\|%{DATA:process}\\|%{DATA:pid}\\|%{GREEDYDATA:message}',
    // [10.30 16:49:06] chrome.exe - text
    '\\[%{DOTTED:time}\\] %{DATA:process} - ?%{GREEDYDATA:message}',
    // - 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2915]: text
    '%{NOTSPACE:label} %{EPOCH:time} \\d{4}\\.\\d\\d\\.\\d\\d %{NOTSPACE:host} %{SYSLOGTIMESTAMP} (?:%{NOTSPACE:location} )%{PROG:process}(?:\\[%{POSINT:pid}\\])?: ?%{GREEDYDATA:message}',
    '%{NOTSPACE:label} %{EPOCH:time} \\d{4}\\.\\d\\d\\.\\d\\d %{NOTSPACE:host} %{SYSLOGTIMESTAMP} (?:%{NOTSPACE:location} )%{GREEDYDATA:message}',
    // - 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.363779 R02-M1 RAS KERNEL INFO text
    '%{NOTSPACE:label} \\d{10} \\d{4}\\.\\d\\d\\.\\d\\d %{NOTSPACE:host} %{BGL:time} %{NOTSPACE} %{WORD:type} %{NOTSPACE:process} %{LOGLEVEL:priority} ?%{GREEDYDATA:message}',
    // 134681 node-246 unix.hw state_change.unavailable 1077804742 1 text
    '%{POSINT:logId} %{NOTSPACE:host} %{NOTSPACE:process} %{NOTSPACE:state} %{EPOCH:time} %{POSINT:flag} %{GREEDYDATA:message}',
    // 2026-11-21T08:00:04+00:00 host sshd[812]: text; without a number the zone must be there
    '%{SYSLOG_ISO:time} %{HOSTNAME:host} %{PROG:process}(?:\\[%{POSINT:pid}\\])?: ?%{GREEDYDATA:message}',
    '%{WHEN:time} %{HOSTNAME:host} %{PROG:process}\\[%{POSINT:pid}\\]: ?%{GREEDYDATA:message}',
    '\\[ *%{UPTIME:uptime}\\] %{GREEDYDATA:message}',
    '\\[%{DAY_MONTH:time}\\] %{GREEDYDATA:message}',
    '\\[?%{WHEN:time}\\]?:?,?\\s+%{GREEDYDATA:message}',
    // Squid, Zeek: seconds since 1970, with a fraction
    '%{EPOCH_FRACTION:time}\\s+%{GREEDYDATA:message}',
  ],
  formats: [
    'iso',
    'yy/MM/dd HH:mm:ss',
    'yy/MM/dd HH:mm:ss,SSS',
    ...programTimes,
    'yyyy.MM.dd HH:mm:ss',
    'yyMMdd HHmmss',
    'EEE MMM d HH:mm:ss yyyy',
    'EEE MMM d HH:mm:ss.SSSSSS yyyy',
    'epoch',
    'MM-dd HH:mm:ss.SSS',
    'MM.dd HH:mm:ss',
    'yyyyMMdd-H:m:s:SSS',
    'yyyy-MM-dd-HH.mm.ss.SSSSSS',
  ],
} as const
