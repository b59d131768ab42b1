import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Incident, stepIncident } from './incident.ts'

/** Each look at something: `!` wrong, `.` right. What is told: Begins, Repeats, Over. */
const stories: [name: string, looks: string, told: string][] = [
  ['nothing wrong tells nothing', '.....', '     '],
  ['an incident is told once, and when it is over', '.!!.', ' B O'],
  ['what goes on is told again after three looks', '!!!!!!!.', 'B  R  RO'],
  ['the next one is an incident of its own', '!.!.', 'BOBO'],
]
const letters = { begins: 'B', 'goes on': 'R', 'is over': 'O' }

for (const [name, looks, told] of stories) {
  test(name, () => {
    let incident: Incident | null = null
    const letter = (look: string, second: number): string => {
      const step = stepIncident(incident, look === '!', second * 1000, 3000)
      incident = step.incident
      return step.news ? letters[step.news] : ' '
    }
    assert.equal([...looks].map(letter).join(''), told)
  })
}
