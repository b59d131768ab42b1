import { changed, describeIasRefusals } from './ias.fixture.ts'

describeIasRefusals([
  [
    'a threshold above the inputs',
    changed('ASCE/Any.yaml', 'value: "1"', 'value: "4"'),
    'alarms/ASCE/Any.yaml:13 props[0]',
    /from 1 to 3/,
    /./,
  ],
  [
    'an input of a wrong type',
    changed('ASCE/Any.yaml', '[TooHot, WindHigh]', '[TooHot, Speed]'),
    'alarms/ASCE/Any.yaml:7 inputIDs',
    /"Speed" is DOUBLE/,
    /ALARM/,
  ],
  [
    'a template of an input that is not that of the ASCE',
    changed('ASCE/Wind.json', '"Speed"', '"Temperature"'),
    'alarms/ASCE/Wind.json:2 inputIDs[0]',
    /of the template "tel", the ASCE of none/,
    /templatedInputs/,
  ],
  [
    'a templated input with another template',
    changed('ASCE/Any.yaml', 'templateId: spares', 'templateId: tel'),
    'alarms/ASCE/Any.yaml:10 templatedInputs[0].templateId',
    /is "spares", not "tel"/,
    /"spares"/,
  ],
  [
    'a templated input out of range',
    changed('ASCE/Any.yaml', '"2"', '"7"'),
    'alarms/ASCE/Any.yaml:11 templatedInputs[0].instanceNum',
    /outside of 0 to 2/,
    /./,
  ],
  [
    'a template that the DASU has and the ASCE not',
    changed('ASCE/Hot.yaml', 'templateId: tel\n', ''),
    'alarms/ASCE/Hot.yaml: templateId',
    /its template is none, that of its DASU "tel"/,
    /same/,
  ],
  [
    'an output that nothing uses',
    changed('ASCE/Any.yaml', '[TooHot, WindHigh]', '[WindHigh]'),
    'alarms/ASCE/Hot.yaml:5 outputID',
    /nothing uses/,
    /mla\.publish/,
  ],
  [
    'ASCEs that need each other',
    { ...changed('ASCE/Hot.yaml', '[Temperature]', '[Trouble]') },
    'alarms/ASCE/Any.yaml:',
    /need each other: (Any|Hot)\[!#1!\] -> /,
    /ring/,
  ],
  [
    'a DASU that needs itself by way of another one',
    {
      ...changed(
        'ASCE/Wind.json',
        '["Speed"]',
        '["Speed"],"templatedInputs":[{"iasioId":"Trouble","templateId":"tel","instanceNum":1}]',
      ),
      'ASCE/Wind.json': `{"id":"Wind","dasuID":"Site","outputID":"WindHigh","transferFunctionID":"Multiplicity","inputIDs":[],
      "templatedInputs":[{"iasioId":"Trouble","templateId":"tel","instanceNum":1}],"props":[{"name":"threshold","value":1}]}`,
    },
    'alarms/SUPERVISOR/Sup.json:',
    /DASUs need each other: (Site|Tel)/,
    /ring/,
  ],
  [
    'a value of a plugin that nobody declared',
    { 'PLUGIN/P.yaml': 'id: P\nmonitoredSystemId: M\nvalues: [{id: Sped, refreshTime: 500}]' },
    'alarms/PLUGIN/P.yaml:3 values[0].id',
    /no IASIO "Sped"/,
    /Speed/,
  ],
  [
    'a refresh time of 0',
    { 'PLUGIN/P.yaml': 'id: P\nmonitoredSystemId: M\nvalues: [{id: Speed, refreshTime: "0"}]' },
    'alarms/PLUGIN/P.yaml:3 values[0].refreshTime',
    /not above 0/,
    /milliseconds/,
  ],
])
