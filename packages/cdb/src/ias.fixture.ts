import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildIas } from './ias-build.ts'
import type { CdbFile } from './read-files.ts'

/** A small CDB of IAS that is good, in JSON and YAML as both are met, for tests to break. */
const good: Readonly<Record<string, string>> = {
  'ias.json': `{"logLevel":"INFO","refreshRate":"5","validityThreshold":"11","hbFrequency":"10",
\t"bsdbUrl":"127.0.0.1:9092","smtp":"u:p@host","props":[{"name":"P","value":"1"}]}`,
  'SUPERVISOR/Sup.json': `{"id":"Sup","hostName":"h","logLevel":"INFO","dasusToDeploy":[
\t{"dasuId":"Site","templateId":null,"instance":null},
\t{"dasuId":"Tel","templateId":"tel","instance":"1"},{"dasuId":"Tel","templateId":"tel","instance":"3"}]}`,
  'DASU/Site.json': '{"id":"Site","asceIDs":["Wind"],"outputId":"WindHigh","logLevel":"WARN"}',
  'DASU/Tel.yaml': 'id: Tel\ntemplateId: tel\nasceIDs: [Hot, Any]\noutputID: Trouble\n',
  'ASCE/Wind.json': `{"id":"Wind","dasuID":"Site","outputID":"WindHigh",
\t"transferFunctionID":"org.eso.ias.asce.transfer.impls.MinMaxThresholdTF","inputIDs":["Speed"],
\t"props":[{"name":"org.eso.ias.tf.minmaxthreshold.highOn","value":"15"}]}`,
  'ASCE/Hot.yaml': `
id: Hot
dasuId: Tel
templateId: tel
outputId: TooHot
transferFunctionID: MinMaxThreshold
inputIds: [Temperature]
props:
  - name: highOn
    value: 40
`,
  'ASCE/Any.yaml': `
id: Any
dasuID: Tel
templateId: tel
outputID: Trouble
transferFunctionID: org.eso.ias.asce.transfer.impls.MultiplicityTF
inputIDs: [TooHot, WindHigh]
templatedInputs:
  - iasioId: Spare
    templateId: spares
    instanceNum: "2"
props:
  - {name: org.eso.ias.tf.mutliplicity.threshold, value: "1"}
`,
  'IASIO/iasios.json': `[
\t{"id":"Speed","iasType":"DOUBLE","shortDesc":"Wind speed"},
\t{"id":"WindHigh","iasType":"ALARM","canShelve":"true","sound":"TYPE2","emails":"a@b.cc, d@e.ff","docUrl":"http://x"},
\t{"id":"Temperature","iasType":"FLOAT","templateId":"tel"},
\t{"id":"TooHot","iasType":"ALARM","templateId":"tel"},
\t{"id":"Trouble","iasType":"ALARM","templateId":"tel","canShelve":true},
\t{"id":"Spare","iasType":"ALARM","templateId":"spares"}
]`,
  'TF/tfs.json': `[{"className":"org.eso.ias.asce.transfer.impls.MinMaxThresholdTF","implLang":"SCALA"},
\t{"className":"org.eso.ias.asce.transfer.impls.MultiplicityTF","implLang":"SCALA"}]`,
  'TEMPLATE/templates.yaml': '- id: tel\n  min: "1"\n  max: "5"\n- {id: spares, min: 0, max: 2}\n',
  'CLIENT/panel.json': 'free text, which is not JSON',
}

/** The good CDB with some files replaced; null takes one away. */
export function iasFixture(
  changes: Readonly<Record<string, string | null>> = {},
  folder = 'alarms/',
): readonly CdbFile[] {
  return Object.entries({ ...good, ...changes }).flatMap(([file, text]) =>
    text === null
      ? []
      : [{ file: folder + file, kind: 'alarms' as const, name: file.replace(/\.\w+$/, ''), text }],
  )
}

/** A file of the good one with a piece of text replaced. */
export function changed(file: string, from: string, to: string): Record<string, string> {
  const text = good[file] ?? ''
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
  return { [file]: text.replace(from, to) }
}

/** What is changed, where the problem is told (`file:line path`), what it says, and its cure. */
export type IasRefusal = readonly [
  name: string,
  changes: Readonly<Record<string, string | null>>,
  place: string,
  message: RegExp,
  cure: RegExp,
]

export function describeIasRefusals(refusals: readonly IasRefusal[]): void {
  for (const [name, changes, place, message, cure] of refusals) {
    test(`${name} is refused`, () => {
      const result = buildIas(iasFixture(changes))
      const told = result.ok ? [] : result.problems
      const [file = '', rest = ''] = place.split(':')
      const [line = '', path] = rest.split(' ')
      const found = told.find(
        (one) =>
          one.file === file &&
          message.test(one.message) &&
          (line === '' || one.line === Number(line)) &&
          (path === undefined || path === '' || one.path === path),
      )
      assert.ok(found, `${place} ${message} is not among ${JSON.stringify(told, null, 1)}`)
      assert.match(found.cure, cure)
    })
  }
}
