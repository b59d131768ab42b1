import { zoneNames } from './zone-names.ts'

/**
 * Layouts of programs that are found everywhere, as grok expressions: for recipes of their own, and
 * among those that `auto` tries. Each list begins with the most telling.
 */
export const programMatches = {
  /** 2026/11/21 08:00:01 [error] 1234#1234: *56 text */
  nginx: [
    '%{SLASHED:time} \\[%{LEVEL:priority}\\] %{POSINT:pid}#%{POSINT:thread}: (?:\\*%{POSINT:connection:int} )?%{GREEDYDATA:message}',
  ],
  /** 10.0.0.1 - user [21/Nov/2026:08:00:01 +0000] "GET / HTTP/1.1" 200 512 "-" "curl/8.5.0" */
  access: [
    '%{NOTSPACE:client} (?:-|%{NOTSPACE:ident}) (?:-|%{DATA:user}) \\[%{HTTPDATE:time}\\] %{REQUEST:message}',
  ],
  /** 2026-11-21 08:00:01.123 CET [1234] user@db ERROR:  text */
  postgresql: [
    '%{WHEN_ZONED:time} \\[%{POSINT:pid}(?:-\\d+)?\\]:? (?:%{NOTSPACE:session} )?%{PG_LEVEL:priority}: +%{GREEDYDATA:message}',
    '%{WHEN_ZONED:time} \\[%{POSINT:pid}(?:-\\d+)?\\]:? (?:%{NOTSPACE:session} )?%{PG_MORE:message}',
  ],
  /** I1121 08:00:01.123456       1 file.go:250] text */
  klog: [
    '%{KLOG_LEVEL:priority}%{KLOG_TIME:time} +%{POSINT:thread} %{SOURCE_FILE:file}:%{POSINT:line}\\] ?%{GREEDYDATA:message}',
  ],
  /** INFO  [main] 2026-11-21 08:00:01,123 File.java:97 - text */
  cassandra: [
    '%{LEVEL:priority} +\\[%{DATA:thread}\\] +%{WHEN:time} +%{SOURCE_FILE:file}:%{POSINT:line} - %{GREEDYDATA:message}',
  ],
  /** [2026-11-21 08:00:01,123] INFO text (kafka.server.KafkaServer); a stack trace stands behind that */
  kafka: [
    '\\[%{WHEN:time}\\] %{LEVEL:priority} %{LINE:message} \\(%{DOTTED_NAME:process}\\)',
    '\\[%{WHEN:time}\\] %{LEVEL:priority} %{KAFKA_TRACE:message}',
  ],
  /** [2026-11-21T08:00:01,123][WARN ][o.e.c.Monitor] [node-1] text */
  elasticsearch: [
    '\\[%{WHEN:time}\\]\\[%{LEVEL:priority} *\\]\\[%{TIGHT:process} *\\] *\\[%{HOSTNAME:node}\\] %{GREEDYDATA:message}',
    '\\[%{WHEN:time}\\]\\[%{LEVEL:priority} *\\]\\[%{TIGHT:process} *\\] *%{GREEDYDATA:message}',
  ],
  /** 2026-11-21T08:00:01.123Z  INFO 4711 --- [main] c.e.Demo : text */
  spring: [
    '%{WHEN:time} +%{LEVEL:priority} +%{POSINT:pid} --- (?:\\[%{APP_NAME:app}\\] )?\\[ *%{DATA:thread}\\] %{NOTSPACE:process} +: %{GREEDYDATA:message}',
  ],
  /** 2026-11-21T08:00:01.123456Z 12 [Warning] [MY-013360] [Server] text */
  mysql: [
    '%{WHEN:time} +%{POSINT:thread} \\[%{MYSQL_LEVEL:priority}\\] (?:\\[%{MYSQL_CODE:code}\\] )?(?:\\[%{WORD:component}\\] )?%{GREEDYDATA:message}',
  ],
  /** 1:M 21 Nov 2026 08:00:01.123 * text */
  redis: [
    '%{POSINT:pid}:%{REDIS_ROLE:role} %{REDIS_TIME:time} %{REDIS_MARK:priority} %{GREEDYDATA:message}',
  ],
  /** 21-Nov-2026 08:00:01.123 INFO [main] org.apache.Class.method text */
  tomcat: [
    '%{DAY_MONTH:time} %{LEVEL:priority} \\[%{DATA:thread}\\] %{DOTTED_NAME:process} %{GREEDYDATA:message}',
    '%{DAY_MONTH:time} (?:%{LEVEL:priority}:? )?%{GREEDYDATA:message}',
  ],
  /** type=AVC msg=audit(1795248001.123:456): text */
  audit: [
    'type=%{WORD:type} msg=audit\\(%{EPOCH_PARTS:time}:%{POSINT:serial}\\): ?%{GREEDYDATA:message}',
  ],
  /** *Nov 21 08:00:01.123: %LINK-3-UPDOWN: text */
  cisco: [
    '(?:%{POSINT:sequence}: )?[*.]?%{SYSLOGTIMESTAMP:time}(?: [A-Z]{3,4})?: %{CISCO_TAG}: %{GREEDYDATA:message}',
  ],
} as const

export const programPatterns = {
  /** Year first or month first, with a time of day, and the zone where it says one. */
  WHEN: `(?:\\d{4}|\\d\\d)[-/.]\\d\\d[-/.]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?: ?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)| (?:${zoneNames}))?`,
  /** With any zone, lest the time of one that is not known is taken for UTC. */
  WHEN_ZONED:
    '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? (?:[A-Z]{3,5}|[+-]\\d\\d(?::?\\d\\d)?)',
  LEVEL:
    '(?:[Tt]race|TRACE|[Dd]ebug[1-5]?|DEBUG[1-5]?|[Vv]erbose|VERBOSE|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|[Aa]lert|ALERT|[Ee]merg(?:ency)?|EMERG(?:ENCY)?|[Pp]anic|PANIC|FINE|FINER|FINEST|CONFIG)',
  LINE: '[^\\n]*',
  TIGHT: '[^\\s\\]]+',
  SOURCE_FILE: '[A-Za-z0-9_./$-]+\\.[A-Za-z]{1,5}',
  DOTTED_NAME: '(?:[A-Za-z_$][\\w$]*\\.)+[A-Za-z_$<][\\w$>]*',
  SLASHED: '\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?',
  REQUEST: '"[^"]*" %{INT:status:int} (?:%{INT:size:int}|-)(?: .*)?',
  PG_LEVEL: '(?:DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC)',
  PG_MORE: '(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION|BACKTRACE): .*',
  KLOG_LEVEL: '[DIWEF]',
  KLOG_TIME: '\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+',
  KAFKA_TRACE: '[^\\n]* \\(%{DOTTED_NAME:process}\\)\\n.*',
  APP_NAME: '[^\\]]*',
  MYSQL_LEVEL: '(?:System|Note|Warning|Error|ERROR)',
  MYSQL_CODE: 'MY-\\d+',
  REDIS_ROLE: '[MCXS]',
  REDIS_TIME: '\\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d+',
  REDIS_MARK: '[.*#-]',
  DAY_MONTH: `\\d\\d[-/][A-Z][a-z]{2}[-/]\\d{4} \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?: (?:${zoneNames}))?`,
  EPOCH_PARTS: '\\d{10}(?:\\.\\d+)?',
  CISCO_TAG: '%%{CISCO_NAME:process}-%{CISCO_SEVERITY:priority}-%{CISCO_NAME:mnemonic}',
  CISCO_NAME: '[A-Z][A-Z0-9_]*',
  CISCO_SEVERITY: '[0-7]',
} as const

/** Their time stamps, beside `iso`. */
export const programTimes = [
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm:ss.SSS',
  'dd/MMM/yyyy:HH:mm:ss Z',
  'MMdd HH:mm:ss.SSSSSS',
  'dd MMM yyyy HH:mm:ss.SSS',
  'dd-MMM-yyyy HH:mm:ss.SSS',
  'dd-MMM-yyyy HH:mm:ss',
  'dd/MMM/yyyy HH:mm:ss',
  'bsd',
] as const

/** Marks that are levels in one program only. */
export const programPriorities = {
  ...{ '.': 'DEBUG', '-': 'INFO', '*': 'NOTICE', '#': 'WARNING', system: 'NOTICE' },
  ...{ '0': 'EMERGENCY', '1': 'ALERT', '2': 'CRITICAL', '3': 'ERROR' },
  ...{ '4': 'WARNING', '5': 'NOTICE', '6': 'INFO', '7': 'DEBUG' },
} as const
