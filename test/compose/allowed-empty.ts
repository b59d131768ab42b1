/** Queries that find nothing in a healthy system, each with the reason. */
export const allowedEmpty: readonly (readonly [where: RegExp, reason: string])[] = [
  [/^ias-bridge \//, 'the bridge to IAS runs with the profile ias'],
  [/^alarms \/ (Most frequent|Chattering in the range|Stale at the end) \/ /, 'no alarm called'],
  [/^annotations \/ Alerts/, 'no alert fires'],
  [/^annotations \/ Commands/, 'no operator gives a command'],
  [/^annotations \/ Restarts/, 'nothing is restarted'],
  [/ \/ Errors, by code \/ /, 'nothing fails'],
  [/ \/ Folded and closed \/ B$/, 'the HMI closes no client'],
  [/ \/ Values that are not what the CDB says \/ /, 'the simulator sends what the CDB says'],
  [/^(mon|log|alarm)-manager \/ Complaints \/ /, 'nothing is wrong with any component'],
  [/^log-collector \/ Connections \/ /, 'nobody who sends log records is connected'],
  [/^(log-collector|logs) \/ Not understood \/ /, 'all that was sent is understood'],
  [/^(log-collector|logs) \/ Left out/, 'nothing that was sent is to be left out'],
  [/^log-collector \/ (Problems|Made room) \/ /, 'everything that is sent can be used'],
  [/^logs \/ Shed \/ /, 'there is room'],
]
