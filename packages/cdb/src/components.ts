import type { ComponentDeclaration } from './cdb.ts'
import { suggest } from './nearest.ts'
import type { Place, Problems } from './problems.ts'
import type { OpenFiles } from './read-files.ts'
import type { ComponentFields } from './shape.ts'

type Declared = ReadonlyMap<string, { readonly place: Place; readonly fields: ComponentFields }>

/** The services that are declared, once what each needs is there and nothing needs itself. */
export function declareComponents(
  read: OpenFiles,
  problems: Problems,
): ReadonlyMap<string, ComponentDeclaration> {
  const entries = read.entries('components')
  const declared: Declared = new Map(
    [...entries].flatMap(([name, { place, fields }]) =>
      fields ? [[name, { place, fields }]] : [],
    ),
  )
  for (const [name, { place, fields }] of declared) {
    for (const [i, need] of fields.needs.entries()) {
      const at = { file: place.file, path: [...place.path, 'needs', i] }
      const other = declared.get(need)
      if (!entries.has(need)) {
        const others = [...entries.keys()].filter((one) => one !== name)
        const cure = suggest(need, others, 'declare it, or remove the need')
        problems.add(at, `there is no component "${need}"`, cure)
      } else if (other && other.fields.subsystem !== fields.subsystem) {
        const message = `"${need}" belongs to the subsystem ${other.fields.subsystem}`
        problems.add(at, message, 'name components of the same subsystem')
      } else if (needsItself(name, need, declared)) {
        problems.add(at, `"${need}" needs "${name}", too`, 'remove one of the needs')
      }
    }
  }
  return new Map(
    [...declared].map(([name, { fields }]) => [
      name,
      { ...fields, name, description: fields.description ?? null },
    ]),
  )
}

/** True where the way from `need` leads back to `name`. */
function needsItself(
  name: string,
  need: string,
  declared: Declared,
  seen = new Set<string>(),
): boolean {
  if (need === name) return true
  if (seen.has(need)) return false
  seen.add(need)
  const { needs = [] } = declared.get(need)?.fields ?? {}
  return needs.some((next) => needsItself(name, next, declared, seen))
}
