import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalOf } from './origin.ts'

const table: [host: string | undefined, origin: string | undefined, allowed: boolean][] = [
  ['127.0.0.1:8080', undefined, true],
  ['localhost:8080', 'http://localhost:8080', true],
  ['[::1]:8080', 'http://[::1]:8080', true],
  ['hmi:8080', 'http://hmi:8080', true],
  ['10.1.2.3', 'http://10.1.2.3', true],
  ['mla.example.org', 'https://mla.example.org', true],
  ['127.0.0.1:8080', 'https://mla.example.org', true],
  ['127.0.0.1:8080', 'http://localhost:8080', false],
  ['127.0.0.1:8080', 'http://127.0.0.1:3000', false],
  ['127.0.0.1:8080', 'https://evil.example', false],
  ['127.0.0.1:8080', 'null', false],
  ['evil.example:8080', undefined, false],
  ['evil.example:8080', 'http://evil.example:8080', false],
  ['evil.example@127.0.0.1', undefined, true],
  ['', undefined, false],
  [undefined, undefined, false],
  ['a b', undefined, false],
]

for (const [host, origin, allowed] of table) {
  test(`host ${host} with origin ${origin} is ${allowed ? 'allowed' : 'refused'}`, () => {
    assert.equal(refusalOf({ host, origin }, ['mla.example.org']) === null, allowed)
  })
}
