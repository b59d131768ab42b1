/**
 * The named patterns that grok expressions may use. The names are those that people know from
 * other systems; the expressions are ours: without look-around and back references, so that the time
 * they take is bounded.
 */
export const usualPatterns: Readonly<Record<string, string>> = {
  WORD: '\\w+',
  NOTSPACE: '\\S+',
  SPACE: '\\s*',
  DATA: '.*?',
  GREEDYDATA: '.*',
  QUOTEDSTRING: '"(?:[^"\\\\]|\\\\.)*"',
  QS: '%{QUOTEDSTRING}',
  UUID: '[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}',

  INT: '[+-]?\\d+',
  POSINT: '\\d+',
  NONNEGINT: '\\d+',
  NUMBER: '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?',
  BASE10NUM: '%{NUMBER}',
  BASE16NUM: '(?:0[xX])?[0-9A-Fa-f]+',

  USERNAME: '[a-zA-Z0-9._-]+',
  USER: '%{USERNAME}',
  EMAILADDRESS: '[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+',
  MAC: '(?:[A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}',
  IPV4: '(?:\\d{1,3}\\.){3}\\d{1,3}',
  IPV6: '(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]*',
  IP: '(?:%{IPV4}|%{IPV6})',
  HOSTNAME: '[0-9A-Za-z][0-9A-Za-z_.-]*',
  IPORHOST: '(?:%{IP}|%{HOSTNAME})',
  HOSTPORT: '%{IPORHOST}:%{POSINT}',
  UNIXPATH: '(?:/[^\\s/]*)+',
  WINPATH: '(?:[A-Za-z]:|\\\\)(?:\\\\[^\\\\?*\\s]*)+',
  PATH: '(?:%{UNIXPATH}|%{WINPATH})',
  URI: '[A-Za-z][A-Za-z0-9+.-]*://\\S+',

  MONTH:
    '(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]*',
  MONTHNUM: '(?:0?[1-9]|1[0-2])',
  MONTHDAY: '(?:0?[1-9]|[12]\\d|3[01])',
  DAY: '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*',
  YEAR: '\\d{4}',
  HOUR: '(?:[01]?\\d|2[0-4])',
  MINUTE: '[0-5]\\d',
  SECOND: '(?:[0-5]?\\d|60)(?:[.,:]\\d+)?',
  TIME: '%{HOUR}:%{MINUTE}:%{SECOND}',
  DATE_US: '%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}',
  DATE_EU: '%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}',
  ISO8601_TIMEZONE: '(?:Z|[+-]\\d{2}:?\\d{2})',
  TIMESTAMP_ISO8601:
    '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?%{ISO8601_TIMEZONE}?',
  SYSLOGTIMESTAMP: '[A-Z][a-z]{2} {1,2}\\d{1,2} \\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?',
  HTTPDATE: '\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} [+-]\\d{4}',
  HTTPDERROR_DATE: '%{DAY} [A-Z][a-z]{2} {1,2}\\d{1,2} \\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)? \\d{4}',
  LOGLEVEL:
    '(?:[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|[Aa]lert|ALERT|[Ee]merg(?:ency)?|EMERG(?:ENCY)?)',
  JAVACLASS: '(?:[a-zA-Z$_][a-zA-Z$_0-9]*\\.)*[a-zA-Z$_][a-zA-Z$_0-9]*',
  JAVAFILE: '[A-Za-z0-9_.-]+',
  PROG: '[^\\s:\\[\\]]+',
  SYSLOGPROG: '%{PROG:process}(?:\\[%{POSINT:pid}\\])?',
}
