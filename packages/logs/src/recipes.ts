import { programMatches, programPatterns, programTimes } from './program-matches.ts'
import type { RecipeRules } from './recipe-shape.ts'

/** A line of a stack trace belongs to the line above it. */
const trace = {
  continuation:
    '^(?:\\s+(?:at |\\.\\.\\. |File "|\\^|[\\w$.]+ more)|\\s{4,}\\S|Caused by: |Suppressed: |Traceback |(?:[\\w$]+\\.)*[\\w$]+(?:Exception|Error)(?::|$))',
}
const ofPrograms = {
  patterns: { ...programPatterns },
  time: { formats: ['iso', ...programTimes] },
}

/** The recipes that come with the system; the configuration may add to them and replace them. */
export const shippedRecipes: Readonly<Record<string, RecipeRules>> = {
  auto: {
    description:
      'Tells the usual formats apart by itself, line by line; stack traces belong to what they follow',
    format: 'auto',
    multiline: trace,
  },
  syslog: { description: 'RFC 5424, RFC 3164, and syslog as files keep it', format: 'syslog' },
  gelf: { description: "Graylog's extended format", format: 'gelf' },
  json: { description: 'One JSON object a line, by the usual keys', format: 'json' },
  acs: { description: "ALMA's ACS log XML", format: 'acs' },
  journal: { description: "journald's export format", format: 'journal' },
  lines: { description: 'Lines as they are: each is a message' },
  pino: {
    description: 'What our own services, and others in Node, write',
    format: 'json',
    keys: { time: ['time'], process: ['service', 'name'], message: ['msg'] },
  },
  logfmt: { description: 'key=value, as programs in Go write', format: 'logfmt' },
  nginx: {
    description: "nginx: error log and access log (as Apache's, common and combined)",
    ...ofPrograms,
    match: [...programMatches.nginx, ...programMatches.access],
    set: { process: 'nginx' },
  },
  postgresql: {
    description: 'PostgreSQL, with the usual log_line_prefix (%m [%p] %q%u@%d)',
    ...ofPrograms,
    match: [...programMatches.postgresql],
    multiline: { continuation: '^\\s' },
    set: { process: 'postgres' },
  },
  klog: {
    description: 'Kubernetes and others that log with klog or glog',
    ...ofPrograms,
    match: [...programMatches.klog],
  },
  cassandra: {
    description: "Cassandra's system.log and debug.log",
    ...ofPrograms,
    match: [...programMatches.cassandra],
    multiline: { start: '^(?:TRACE|DEBUG|INFO|WARN|ERROR) ' },
    set: { process: 'cassandra' },
  },
  kafka: {
    description: "Kafka's server.log, controller.log and others",
    ...ofPrograms,
    match: [...programMatches.kafka],
    multiline: { start: '^\\[\\d{4}-\\d\\d-\\d\\d[ T]' },
  },
  linux: { description: '/var/log/messages, /var/log/secure', format: 'syslog' },
  openssh: { description: "OpenSSH's part of /var/log/auth.log", format: 'syslog' },
  apache: {
    description: "Apache's error log, 2.2 and 2.4",
    match: [
      '\\[%{HTTPDERROR_DATE:time}\\] \\[(?:%{WORD:module})?:?%{LOGLEVEL:priority}\\](?: \\[pid %{POSINT:pid}(?::tid %{POSINT:thread})?\\])?(?: \\[client %{NOTSPACE:client}\\])? %{GREEDYDATA:message}',
      '\\[%{HTTPDERROR_DATE:time}\\] %{GREEDYDATA:message}',
    ],
    time: { formats: ['EEE MMM d HH:mm:ss yyyy', 'EEE MMM d HH:mm:ss.SSSSSS yyyy'] },
    set: { process: 'httpd' },
  },
  hdfs: {
    description: "Hadoop's file system, log4j",
    patterns: { HDFS_TIME: '\\d{6} \\d{6}' },
    match: [
      '%{HDFS_TIME:time} +%{POSINT:thread} +%{LOGLEVEL:priority} +%{NOTSPACE:process}: ?%{GREEDYDATA:message}',
    ],
    time: { formats: ['yyMMdd HHmmss'] },
    multiline: { start: '^\\d{6} \\d{6} ' },
  },
  zookeeper: {
    description: 'ZooKeeper, log4j: [thread:class@line]',
    match: [
      '%{TIMESTAMP_ISO8601:time} (?:\\[[^\\]]*\\] )?- %{LOGLEVEL:priority} +\\[%{DATA:thread}:%{JAVACLASS:process}@%{POSINT:line}\\] - ?%{GREEDYDATA:message}',
    ],
    multiline: { start: '^\\d{4}-\\d\\d-\\d\\d ' },
  },
  thunderbird: {
    description:
      'Syslog of a large cluster: a label, seconds since 1970, a date, the node in front',
    match: [
      '%{NOTSPACE:label} %{POSINT:time} %{NOTSPACE} %{NOTSPACE:host} %{SYSLOGTIMESTAMP} (?:%{NOTSPACE:location} )%{TAG:process}(?:\\[%{POSINT:pid}\\])?: ?%{GREEDYDATA:message}',
      '%{NOTSPACE:label} %{POSINT:time} %{NOTSPACE} %{NOTSPACE:host} %{SYSLOGTIMESTAMP} (?:%{NOTSPACE:location} )%{GREEDYDATA:message}',
    ],
    patterns: { TAG: '[^\\s:\\[\\]]+' },
    time: { formats: ['epoch'] },
  },
  log4j: {
    description: 'Java loggers: time level [thread] class - message, in the usual orders',
    patterns: {
      LOG4J_TIME: '(?:\\d{4}|\\d\\d)[-/]\\d\\d[-/]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?',
    },
    match: [
      '%{LOG4J_TIME:time} +%{LOGLEVEL:priority} +\\[%{DATA:thread}\\] +%{JAVACLASS:process}(?: -|:) %{GREEDYDATA:message}',
      '%{LOG4J_TIME:time} +\\[%{DATA:thread}\\] +%{LOGLEVEL:priority} +%{JAVACLASS:process}(?: -|:) %{GREEDYDATA:message}',
      '%{LOG4J_TIME:time} +%{LOGLEVEL:priority} +%{JAVACLASS:process}(?: -|:) %{GREEDYDATA:message}',
    ],
    time: { formats: ['iso', 'yy/MM/dd HH:mm:ss', 'yy/MM/dd HH:mm:ss,SSS'] },
    multiline: { start: '^\\d\\d' },
  },
  firmware: {
    description: 'Serial consoles: uptime, a level, a module; the time is when it was received',
    patterns: {
      LEVEL: '(?:%{LOGLEVEL}|[VDINWEFC]|inf|wrn|dbg|Inf|Wrn|Dbg|INF|WRN|DBG)',
      UPTIME: '[0-9][0-9:.,]*',
    },
    match: [
      '%{LEVEL:priority} \\(%{UPTIME:uptime}\\) %{NOTSPACE:process}: ?%{GREEDYDATA:message}',
      '\\[ *%{UPTIME:uptime}\\] <%{LEVEL:priority}> %{NOTSPACE:process}: ?%{GREEDYDATA:message}',
      '\\[ *%{UPTIME:uptime}\\] +%{LEVEL:priority}[: ] *(?:\\(?%{PROG:process}\\)?: ?)?%{GREEDYDATA:message}',
      '%{UPTIME:uptime} +\\[?%{LEVEL:priority}\\]?:? +%{PROG:process}: ?%{GREEDYDATA:message}',
      '\\[ *%{UPTIME:uptime}\\] +%{PROG:process}: %{GREEDYDATA:message}',
      '\\[ *%{UPTIME:uptime}\\] +%{GREEDYDATA:message}',
      '\\[?%{LEVEL:priority}\\]?[: ] *%{PROG:process}: ?%{GREEDYDATA:message}',
      '%{LEVEL:priority}: ?%{GREEDYDATA:message}',
    ],
  },
}
