/** Layouts that programs commonly write, the most telling first. */
export const autoMatches = {
  patterns: {
    /** Year first or month first, with a time of day. */
    WHEN: '(?:\\d{4}|\\d\\d)[-/.]\\d\\d[-/.]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?: ?%{ISO8601_TIMEZONE})?',
    BRACKETED: '\\[[^\\]]*\\]',
    MODULE: '[A-Za-z_$][^\\s:\\[\\]]*',
    LETTER: '[VDIWEF]',
    DAY_TIME: '\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+',
    SIX_SIX: '\\d{6} \\d{6}',
    PIPED: '\\d{8}-\\d+:\\d+:\\d+:\\d+',
    DOTTED: '\\d\\d\\.\\d\\d \\d\\d:\\d\\d:\\d\\d',
    EPOCH: '\\d{10}',
    BGL: '\\d{4}-\\d\\d-\\d\\d-\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d+',
  },
  expressions: [
    // [Sun Dec 04 04:47:44 2005] [notice] text
    '\\[%{HTTPDERROR_DATE:time}\\] \\[(?:%{WORD:module})?:?%{LOGLEVEL:priority}\\](?: \\[pid %{POSINT:pid}(?::tid %{POSINT:thread})?\\])?(?: \\[client %{NOTSPACE:client}\\])? %{GREEDYDATA:message}',
    // 2015-07-29 17:41:44,747 - INFO  [thread:Class@774] - text
    '%{WHEN:time} (?:%{BRACKETED} )?- %{LOGLEVEL:priority} +\\[%{DATA:thread}:%{JAVACLASS:process}@%{POSINT:line}\\] - ?%{GREEDYDATA:message}',
    // 2015-10-18 18:01:47,978 INFO [main] org.apache.Class: text
    '%{WHEN:time} +\\[?%{LOGLEVEL:priority}\\]? +\\[%{DATA:thread}\\] +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    '%{WHEN:time} +\\[%{DATA:thread}\\] +\\[?%{LOGLEVEL:priority}\\]? +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    // 2016-09-28 04:30:30, Info                  CBS    text
    '%{WHEN:time}, %{LOGLEVEL:priority} +%{MODULE:process} +%{GREEDYDATA:message}',
    // nova-api.log 2017-05-16 00:00:00.008 25746 INFO nova.wsgi [req-…] text
    '(?:%{NOTSPACE:file} )?%{WHEN:time} %{POSINT:pid} %{LOGLEVEL:priority} %{MODULE:process} \\[%{DATA:request}\\] %{GREEDYDATA:message}',
    // 17/06/09 20:10:40 INFO executor.Backend: text
    '%{WHEN:time} +\\[?%{LOGLEVEL:priority}\\]?:? +%{MODULE:process}(?: -|:) %{GREEDYDATA:message}',
    '%{WHEN:time} +%{MODULE:process} +\\[?%{LOGLEVEL:priority}\\]?(?: -|:)? %{GREEDYDATA:message}',
    // Python: 2026-11-21 08:00:00,123 - name - WARNING - text
    '%{WHEN:time} - %{NOTSPACE:process} - %{LOGLEVEL:priority} - %{GREEDYDATA:message}',
    '%{WHEN:time} +(?:- )?\\[?%{LOGLEVEL:priority}\\]?:?(?: -)? %{GREEDYDATA:message}',
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
    '\\[?%{WHEN:time}\\]?:?,? +%{GREEDYDATA:message}',
  ],
  formats: [
    'iso',
    'yy/MM/dd HH:mm:ss',
    'yy/MM/dd HH:mm:ss,SSS',
    'yyyy/MM/dd HH:mm:ss',
    'yyyy/MM/dd HH:mm:ss.SSS',
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
