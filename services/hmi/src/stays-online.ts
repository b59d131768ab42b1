/** Why the HMI is not stopped like the others. */
export const staysOnline =
  'the HMI stays ONLINE: operators see and command the others through it; end its process instead'
