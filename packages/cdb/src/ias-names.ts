import { identifierFault, splitInstance } from '@mla/alarm'
import { below, type Declared, type IasFiles } from './ias-read.ts'
import type { IasFields, IasFolder } from './ias-shape.ts'
import { listNames, suggest } from './nearest.ts'
import type { Place, Problems } from './problems.ts'

/** Checks what each file says by itself and which other ones it names. */
export function checkNames(files: IasFiles, problems: Problems, warnings: Problems): void {
  checkSettings(files, problems)
  checkIds(files, problems)
  for (const { place, fields } of files.all('TEMPLATE').values()) {
    if (fields.min < 0) problems.add(below(place, 'min'), 'it is below 0', 'begin at 0 or above')
    if (fields.max <= fields.min) {
      problems.add(below(place, 'max'), `${fields.max} is not above ${fields.min}`, 'end above min')
    }
  }
  for (const one of files.all('IASIO').values()) {
    wantTemplate(files, one.fields.templateId, below(one.place, 'templateId'), problems)
  }
  for (const one of files.all('DASU').values()) checkDasu(files, one, problems)
  for (const one of files.all('ASCE').values()) checkAsce(files, one, problems)
  for (const one of files.all('SUPERVISOR').values()) checkSupervisor(files, one, problems)
  for (const one of files.all('PLUGIN').values()) checkPlugin(files, one, problems, warnings)
  if (files.all('SUPERVISOR').size === 0 && files.settings) {
    problems.add(files.settings.place, 'there is no Supervisor', 'add a file to SUPERVISOR/')
  }
}

function checkSettings({ settings }: IasFiles, problems: Problems): void {
  if (!settings) return
  const { place, fields } = settings
  const { refreshRate, validityThreshold, hbFrequency, bsdbUrl } = fields
  const positive = (name: string, value: number): void => {
    if (value <= 0) problems.add(below(place, name), `${value} is not above 0`, 'write seconds')
  }
  positive('refreshRate', refreshRate)
  positive('hbFrequency', hbFrequency)
  if (validityThreshold <= refreshRate) {
    const message = `${validityThreshold} s is not above the refreshRate of ${refreshRate} s`
    const cure = 'let a value live longer than it takes until it is sent again'
    problems.add(below(place, 'validityThreshold'), message, cure)
  }
  if (bsdbUrl !== null && !/^[^\s:,]+:\d{1,5}(\s*,\s*[^\s:,]+:\d{1,5})*$/.test(bsdbUrl.trim())) {
    problems.add(
      below(place, 'bsdbUrl'),
      `"${bsdbUrl}" is not host:port`,
      'write host:port,host:port',
    )
  }
}

function checkIds(files: IasFiles, problems: Problems): void {
  for (const folder of ['SUPERVISOR', 'DASU', 'ASCE', 'IASIO', 'PLUGIN'] as const) {
    for (const [id, { place }] of files.all(folder)) {
      const fault = identifierFault(id)
      const cure = 'use letters, digits, _ - and /'
      if (fault !== null)
        problems.add(below(place, 'id'), `"${id}" is no identifier: ${fault}`, cure)
      else if (splitInstance(id).instance !== null) {
        const message = `"${id}" names an instance of a template`
        problems.add(below(place, 'id'), message, 'declare it without [!#N!], with a templateId')
      }
    }
  }
}

/** Tells where something is named that is not there. */
function want(
  files: IasFiles,
  folder: IasFolder,
  id: string,
  place: Place,
  problems: Problems,
): boolean {
  if (files.has(folder, id)) return true
  const known = [...files.all(folder).keys()]
  const cure = suggest(id, known, `declare it in ${folder}/; there are ${listNames(known)}`)
  problems.add(place, `there is no ${folder} "${id}"`, cure)
  return false
}

function wantTemplate(files: IasFiles, id: string | null, place: Place, problems: Problems): void {
  if (id !== null) want(files, 'TEMPLATE', id, place, problems)
}

/** A place in a range of a template, or neither. */
function wantInstance(
  files: IasFiles,
  template: string | null,
  instance: number | null,
  place: Place,
  problems: Problems,
): void {
  if (template !== null && instance === null) {
    problems.add(place, `a template "${template}" without an instance`, 'say which instance')
  } else if (template === null && instance !== null) {
    problems.add(place, `an instance ${instance} without a template`, 'say of which template')
  } else if (template !== null && instance !== null) {
    const range = files.all('TEMPLATE').get(template)?.fields
    if (range && (instance < range.min || instance > range.max)) {
      const message = `the instance ${instance} is outside of ${range.min} to ${range.max}`
      problems.add(place, message, `use an instance of the template "${template}"`)
    }
  }
}

const shown = (template: string | null): string => (template === null ? 'none' : `"${template}"`)

function checkDasu(
  files: IasFiles,
  { place, fields }: Declared<IasFields<'DASU'>>,
  problems: Problems,
): void {
  wantTemplate(files, fields.templateId, below(place, 'templateId'), problems)
  want(files, 'IASIO', fields.outputId, below(place, 'outputId'), problems)
  for (const [i, id] of fields.asceIDs.entries()) {
    const at = below(place, 'asceIDs', i)
    if (fields.asceIDs.indexOf(id) < i) problems.add(at, `"${id}" is named twice`, 'name it once')
    if (!want(files, 'ASCE', id, at, problems)) continue
    const asce = files.all('ASCE').get(id)?.fields
    if (asce && asce.dasuID !== fields.id) {
      problems.add(at, `the ASCE "${id}" is of the DASU "${asce.dasuID}"`, 'name one of its own')
    }
  }
}

function checkAsce(
  files: IasFiles,
  { place, fields }: Declared<IasFields<'ASCE'>>,
  problems: Problems,
): void {
  wantTemplate(files, fields.templateId, below(place, 'templateId'), problems)
  const isClass = fields.transferFunctionID.includes('.')
  if (isClass)
    want(files, 'TF', fields.transferFunctionID, below(place, 'transferFunctionID'), problems)
  if (want(files, 'DASU', fields.dasuID, below(place, 'dasuID'), problems)) {
    const dasu = files.all('DASU').get(fields.dasuID)?.fields
    if (dasu && !dasu.asceIDs.includes(fields.id)) {
      const message = `the DASU "${dasu.id}" does not name it`
      problems.add(below(place, 'dasuID'), message, `add "${fields.id}" to its asceIDs`)
    }
    if (dasu && dasu.templateId !== fields.templateId) {
      const message = `its template is ${shown(fields.templateId)}, that of its DASU ${shown(dasu.templateId)}`
      problems.add(below(place, 'templateId'), message, 'give both the same template')
    }
  }
  const [output] = [files.all('IASIO').get(fields.outputID)?.fields]
  want(files, 'IASIO', fields.outputID, below(place, 'outputID'), problems)
  if (output && output.templateId !== fields.templateId) {
    const message = `the template of its output is ${shown(output.templateId)}, its own is ${shown(fields.templateId)}`
    problems.add(below(place, 'outputID'), message, 'give both the same template')
  }
  for (const [i, id] of fields.inputIDs.entries()) {
    const at = below(place, 'inputIDs', i)
    if (!want(files, 'IASIO', id, at, problems)) continue
    const template = files.all('IASIO').get(id)?.fields.templateId ?? null
    if (template !== null && template !== fields.templateId) {
      const message = `the input "${id}" is of the template "${template}", the ASCE of ${shown(fields.templateId)}`
      problems.add(at, message, 'name the instance in templatedInputs')
    }
  }
  for (const [i, input] of fields.templatedInputs.entries()) {
    const at = below(place, 'templatedInputs', i)
    if (!want(files, 'IASIO', input.iasioId, below(at, 'iasioId'), problems)) continue
    const template = files.all('IASIO').get(input.iasioId)?.fields.templateId ?? null
    const isKnown = input.templateId === null || files.has('TEMPLATE', input.templateId)
    wantTemplate(files, input.templateId, below(at, 'templateId'), problems)
    if (isKnown && template !== input.templateId) {
      const message = `the template of "${input.iasioId}" is ${shown(template)}, not ${shown(input.templateId)}`
      problems.add(below(at, 'templateId'), message, `write ${shown(template)}`)
    }
    wantInstance(files, input.templateId, input.instanceNum, below(at, 'instanceNum'), problems)
  }
  const names = fields.props.map((property) => property.name)
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) === i) continue
    problems.add(below(place, 'props', i), `the property "${name}" is given twice`, 'give it once')
  }
}

function checkSupervisor(
  files: IasFiles,
  { place, fields }: Declared<IasFields<'SUPERVISOR'>>,
  problems: Problems,
): void {
  if (fields.dasusToDeploy.length === 0) {
    problems.add(below(place, 'dasusToDeploy'), 'it deploys no DASU', 'name at least one')
  }
  for (const [i, { dasuId, templateId, instance }] of fields.dasusToDeploy.entries()) {
    const at = below(place, 'dasusToDeploy', i)
    wantTemplate(files, templateId, below(at, 'templateId'), problems)
    wantInstance(files, templateId, instance, below(at, 'instance'), problems)
    if (!want(files, 'DASU', dasuId, below(at, 'dasuId'), problems)) continue
    const dasu = files.all('DASU').get(dasuId)?.fields
    if (dasu && dasu.templateId !== templateId) {
      const message = `the template of "${dasuId}" is ${shown(dasu.templateId)}, not ${shown(templateId)}`
      problems.add(below(at, 'templateId'), message, `write ${shown(dasu.templateId)}`)
    }
  }
}

const filters = ['NoneFilter', 'AverageBySamples', 'AverageByTime']

function checkPlugin(
  files: IasFiles,
  { place, fields }: Declared<IasFields<'PLUGIN'>>,
  problems: Problems,
  warnings: Problems,
): void {
  const checkFilter = (filter: string | null, at: Place): void => {
    if (filter === null || filters.includes(filter.split('.').at(-1) ?? '')) return
    const cure = suggest(filter, filters, `IAS ships ${filters.join(', ')}`)
    warnings.add(at, `there is no filter "${filter}" in IAS`, cure)
  }
  checkFilter(fields.defaultFilter, below(place, 'defaultFilter'))
  for (const [i, { id, refreshTime, filter }] of fields.values.entries()) {
    const at = below(place, 'values', i)
    want(files, 'IASIO', id, below(at, 'id'), problems)
    checkFilter(filter, below(at, 'filter'))
    if (refreshTime <= 0)
      problems.add(below(at, 'refreshTime'), 'it is not above 0', 'write milliseconds')
    if (fields.values.findIndex((other) => other.id === id) < i) {
      problems.add(below(at, 'id'), `"${id}" is named twice`, 'name it once')
    }
  }
}
