import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeIdText, resolveNodeId } from './node-id.ts'

const namespaces = ['http://opcfoundation.org/UA/', 'urn:server', 'urn:a;b%c', 'urn:plc']

const good: [written: string, resolved: string, again: string][] = [
  ['nsu=urn:plc;s=Axis.Position', 'ns=3;s=Axis.Position', 'nsu=urn:plc;s=Axis.Position'],
  ['nsu=urn:a%3Bb%25c;i=7', 'ns=2;i=7', 'nsu=urn:a%3Bb%25c;i=7'],
  ['ns=3;s=with;semicolon=1', 'ns=3;s=with;semicolon=1', 'nsu=urn:plc;s=with;semicolon=1'],
  ['ns=9;i=4294967295', 'ns=9;i=4294967295', 'ns=9;i=4294967295'],
  ['i=2258', 'ns=0;i=2258', 'i=2258'],
  ['ns=1;b=AP8Q', 'ns=1;b=AP8Q', 'nsu=urn:server;b=AP8Q'],
  // A name that looks like a GUID is still a name.
  [
    'ns=1;s=72962B91-FA75-4AE6-8D28-B404DC7DAF63',
    'ns=1;s=72962B91-FA75-4AE6-8D28-B404DC7DAF63',
    'nsu=urn:server;s=72962B91-FA75-4AE6-8D28-B404DC7DAF63',
  ],
  [
    'nsu=urn:plc;g=72962b91-fa75-4ae6-8d28-b404dc7daf63',
    'ns=3;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63',
    'nsu=urn:plc;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63',
  ],
]

for (const [written, resolved, again] of good) {
  test(`a node id is resolved and written again: ${written}`, () => {
    const result = resolveNodeId(written, namespaces)
    assert.ok(result.ok)
    assert.equal(result.nodeId.toString(), resolved)
    assert.equal(nodeIdText(result.nodeId, namespaces), again)
  })
}

const bad: [written: string, malformed: boolean][] = [
  ['nsu=urn:gone;s=x', false],
  ['Axis.Position', true],
  ['', true],
  ['ns=x;s=1', true],
  ['ns=1;i=4294967296', true],
  ['ns=1;i=-1', true],
  ['ns=1;g=123', true],
]

for (const [written, malformed] of bad) {
  test(`what is no node id of the server is refused with a reason: "${written}"`, () => {
    const result = resolveNodeId(written, namespaces)
    assert.ok(!result.ok)
    assert.equal(result.malformed, malformed)
    assert.ok(result.reason.length > 10)
  })
}
