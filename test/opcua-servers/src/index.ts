export { startAsyncua } from './asyncua.ts'
export { freePort } from './free-port.ts'
export { startMilo } from './milo.ts'
export type { ServerSettings, ServerUser, TestServer } from './server-process.ts'
