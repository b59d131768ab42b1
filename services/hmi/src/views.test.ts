import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHmi } from './hmi.fixture.ts'

interface Found {
  readonly views: readonly {
    readonly name: string
    readonly address: string
    readonly by: string
  }[]
}

test('a view is saved for all, replaced under its name, and removed', async () => {
  await using hmi = await openHmi({})
  const save = (name: string, address: string) =>
    hmi.query(
      'mutation ($name: String!, $address: String!) { saveView(name: $name, address: $address) { name } }',
      {
        ...{ name, address },
      },
    )
  const views = async () => (await hmi.query<Found>('{ views { name address by } }')).data.views
  await save(' Seeing ', '/#p=Array/Weather/Seeing')
  await save('Mounts', '/alarms?at=2026-11-21T03:00:00Z')
  await save('Seeing', '/#p=Array/Weather/Seeing&r=live:3600')
  assert.deepEqual(await views(), [
    { name: 'Mounts', address: '/alarms?at=2026-11-21T03:00:00Z', by: 'anonymous' },
    { name: 'Seeing', address: '/#p=Array/Weather/Seeing&r=live:3600', by: 'anonymous' },
  ])
  await hmi.query('mutation { removeView(name: "Mounts") }')
  assert.deepEqual(
    (await views()).map(({ name }) => name),
    ['Seeing'],
  )
})

const bad: readonly [name: string, address: string, why: RegExp][] = [
  ['', '/', /^name/],
  ['x'.repeat(81), '/', /^name/],
  ['elsewhere', 'https://example.org', /^address/],
  ['elsewhere', '//example.org', /^address/],
  ['script', 'javascript:alert(1)', /^address/],
]
test('a view has a name, and leads nowhere but to this server', async () => {
  await using hmi = await openHmi({})
  for (const [name, address, why] of bad) {
    const { errors } = await hmi.query(
      'mutation ($name: String!, $address: String!) { saveView(name: $name, address: $address) { name } }',
      { name, address },
    )
    assert.match(errors?.[0]?.message ?? '', why)
  }
  const { errors } = await hmi.query('mutation { removeView(name: "nobody") }')
  assert.match(errors?.[0]?.message ?? '', /no such view/)
})
