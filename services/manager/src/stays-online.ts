/** Why a manager is not stopped like the others. */
export const staysOnline =
  'a manager stays ONLINE; START, STOP and RESTART of its subsystem name the subsystem (mla stop mon)'
