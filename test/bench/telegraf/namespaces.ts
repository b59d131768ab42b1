import { join } from 'node:path'
import { silentLog } from '@mla/kit'
import { openServerLink } from '@mla/opcua'

/** NamespaceArray of every server (OPC 10000-5, 6.3.1). */
const namespaceArray = 'ns=0;i=2255'

/** The namespace URIs of a server in the order of their indices, which Telegraf wants to be given. */
export async function namespacesOf(endpoint: string, folder: string): Promise<readonly unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>()
  await using link = openServerLink(
    {
      ...{ endpoint, applicationName: 'mla-bench', user: null, pkiFolder: join(folder, 'pki') },
      ...{ securityMode: 'None', securityPolicy: 'None', publishingIntervalMs: 100 },
      ...{ requestTimeoutMs: 15_000, silenceMs: 10_000 },
    },
    {
      values: ([first]) => resolve(Array.isArray(first?.value) ? first.value : []),
      state: () => undefined,
      nodes([outcome]) {
        if (outcome?.ok === false) reject(new Error(`no namespaces: ${outcome.reason}`))
      },
      revised: () => undefined,
    },
    silentLog,
  )
  const asked = { samplingIntervalMs: 1000, queueSize: 1, deadband: null }
  link.watch([{ key: 'namespaces', nodeId: namespaceArray, ...asked }])
  return await promise
}
