import type { Source } from './cdb.ts'
import { type Environment, withEnvironment } from './environment.ts'
import { problemOfNodeId } from './node-id.ts'
import type { Place, Problems } from './problems.ts'
import type { SourceFields } from './shape.ts'

export interface DeclaredSource {
  readonly source: Source
  readonly nodeIdPattern: string | null
}

/** What the fields of a source mean together. */
export function declareSource(
  id: string,
  fields: SourceFields,
  place: Place,
  env: Environment,
  problems: Problems,
  warnings: Problems,
): DeclaredSource {
  const at = (...path: (string | number)[]): Place => ({
    file: place.file,
    path: [...place.path, ...path],
  })
  const fromEnvironment = (text: string, ...path: string[]): string => {
    const { text: filled, missing } = withEnvironment(text, env)
    for (const name of missing) {
      const cure = `set ${name} in the environment, or write a default: \${${name}:-…}`
      problems.add(at(...path), `the environment has no ${name}`, cure)
    }
    return missing.length > 0 ? '' : filled
  }
  const endpoint = fromEnvironment(fields.endpoint, 'endpoint')
  if (endpoint !== '') checkEndpoint(endpoint, at('endpoint'), problems)
  const { securityMode } = fields
  const securityPolicy =
    fields.securityPolicy ?? (securityMode === 'None' ? 'None' : 'Basic256Sha256')
  if ((securityMode === 'None') !== (securityPolicy === 'None')) {
    const message = `securityMode ${securityMode} does not go with securityPolicy ${securityPolicy}`
    problems.add(at('securityPolicy'), message, 'both are None, or neither is')
  }
  if (fields.user && securityMode === 'None') {
    const message = 'the password travels on a connection that is not secured'
    warnings.add(at('user'), message, 'write securityMode: SignAndEncrypt')
  }
  for (const [i, lane] of fields.lanes.entries()) {
    if (fields.lanes.indexOf(lane) === i) continue
    problems.add(at('lanes', i), `lane ${lane} is named twice`, 'name each lane once')
  }
  const pattern = fields.nodeId ?? null
  if (pattern !== null) {
    const problem = problemOfNodeId(pattern.replace(/\{(id|path)\}/g, '1'))
    if (problem) problems.add(at('nodeId'), problem.message, problem.cure)
  }
  const user = fields.user && {
    name: fields.user.name,
    passwordFile: fromEnvironment(fields.user.passwordFile, 'user', 'passwordFile'),
  }
  return {
    nodeIdPattern: pattern,
    source: {
      id,
      description: fields.description ?? null,
      endpoint,
      securityMode,
      securityPolicy,
      user: user ?? null,
      publishingIntervalMs: fields.publishingIntervalMs,
      lanes: fields.lanes,
    },
  }
}

function checkEndpoint(endpoint: string, place: Place, problems: Problems): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (url?.protocol === 'opc.tcp:' && url.hostname !== '' && !/\s/.test(endpoint)) return
  const message = `"${endpoint.slice(0, 80)}" is not an OPC-UA endpoint`
  problems.add(place, message, 'write opc.tcp://host:port/path (the port is 1 to 65535)')
}
