import { type DasuRules, defaultThrottle, type IasioRules, instanceOf, namesIn } from '@mla/alarm'
import type { IasFiles } from './ias-read.ts'
import type { IasFields } from './ias-shape.ts'

type Dasu = IasFields<'DASU'>

/** Which instance of a template an ASCE's input is; null for one that is no instance. */
function instanceFor(
  files: IasFiles,
  id: string,
  template: string | null,
  instance: number | null,
) {
  const iasio = files.all('IASIO').get(id)?.fields
  return iasio?.templateId != null && iasio.templateId === template ? instance : null
}

/** A DASU as it runs: with the instance of its template in all names that have it. */
export function deployDasu(
  files: IasFiles,
  supervisor: string,
  dasu: Dasu,
  instance: number | null,
): DasuRules {
  const iasios = new Map<string, IasioRules>()
  const { templateId } = dasu
  const named = (id: string, number: number | null): string => {
    const declared = files.all('IASIO').get(id)?.fields
    const full = instanceOf(id, number)
    if (declared) {
      iasios.set(full, { id: full, type: declared.iasType, canShelve: declared.canShelve ?? false })
    }
    return full
  }
  const ofInstance = (id: string): string => named(id, instanceFor(files, id, templateId, instance))
  const asces = dasu.asceIDs.flatMap((id) => {
    const asce = files.all('ASCE').get(id)?.fields
    if (!asce) return []
    const properties = Object.fromEntries(asce.props.map(({ name, value }) => [name, value]))
    const suppressor = properties['mla.suppressedBy']
    const causes = properties['mla.causedBy']
    return [
      {
        id: instanceOf(id, instance),
        transferFunction: asce.transferFunctionID,
        inputs: [
          ...asce.inputIDs.map(ofInstance),
          ...asce.templatedInputs.map(({ iasioId, instanceNum }) => named(iasioId, instanceNum)),
        ],
        output: ofInstance(asce.outputID),
        properties: {
          ...properties,
          ...(suppressor === undefined ? {} : { 'mla.suppressedBy': ofInstance(suppressor) }),
          ...(causes === undefined
            ? {}
            : { 'mla.causedBy': namesIn(causes).map(ofInstance).join(', ') }),
        },
      },
    ]
  })
  const settings = files.settings?.fields
  return {
    ...{ supervisor, id: instanceOf(dasu.id, instance), output: ofInstance(dasu.outputId) },
    ...{ asces, iasios, throttle: defaultThrottle },
    validityThreshold: (settings?.validityThreshold ?? 11) * 1_000_000,
    refresh: (settings?.refreshRate ?? 5) * 1_000_000,
  }
}
