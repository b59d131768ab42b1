import { type Alarm, isAside, isSet, isUnacknowledged, pathOf, priorities } from './alarm-list.ts'

/** Tones of a priority in Hz, one after the other: the more urgent, the more and the higher. */
const tones: Readonly<Record<Alarm['priority'], readonly number[]>> = {
  LOW: [440],
  MEDIUM: [523, 440],
  HIGH: [659, 523, 659],
  CRITICAL: [880, 659, 880, 659, 880],
}
const toneSeconds = 0.18
/** How often a sound comes again while nobody has acknowledged or silenced it. */
const againMs = 10_000

/** What calls: set, not acknowledged, and neither shelved nor put aside otherwise. */
export const isCalling = (alarm: Alarm): boolean =>
  isSet(alarm) && isUnacknowledged(alarm) && !isAside(alarm)

/** Those that call and did not before; the most urgent of them decides the sound. */
export function loudestOf(alarms: readonly Alarm[], silenced: ReadonlySet<string>): Alarm | null {
  let loudest: Alarm | null = null
  for (const alarm of alarms) {
    if (!isCalling(alarm) || silenced.has(alarm.id)) continue
    const rank = priorities.indexOf(alarm.priority)
    if (loudest === null || rank > priorities.indexOf(loudest.priority)) loudest = alarm
  }
  return loudest
}

export interface AlarmSound {
  /** Looks at the alarms as they are now. */
  hear(alarms: readonly Alarm[]): void
  /** What calls now is silent from here on; what comes later sounds again. */
  silence(): void
  setOn(isOn: boolean): void
  readonly isOn: boolean
  readonly isRinging: boolean
  /** On, but the browser holds it back until somebody clicks in the page. */
  readonly isBlocked: boolean
}

/**
 * Sounds while alarms call. A browser lets a page sound only after somebody has clicked in it, so
 * it is off until then; the choice is remembered.
 */
export function createAlarmSound(changed: () => void): AlarmSound {
  let context: AudioContext | null = null
  let isOn = remembered()
  let latest: readonly Alarm[] = []
  let soundedAt = 0
  let last: string | null = null
  const silenced = new Set<string>()

  const play = (frequencies: readonly number[]): void => {
    context ??= new AudioContext()
    void context.resume()
    const begin = context.currentTime + 0.02
    frequencies.forEach((frequency, i) => {
      if (!context) return
      const tone = context.createOscillator()
      const gain = context.createGain()
      tone.frequency.value = frequency
      gain.gain.value = 0.15
      tone.connect(gain).connect(context.destination)
      tone.start(begin + i * toneSeconds)
      tone.stop(begin + (i + 0.8) * toneSeconds)
    })
  }
  const ring = (): void => {
    const loudest = isOn ? loudestOf(latest, silenced) : null
    if (loudest === null) {
      last = null
      return
    }
    // A more urgent one, or another, sounds at once; the same again after a while.
    if (loudest.id === last && Date.now() - soundedAt < againMs) return
    last = loudest.id
    soundedAt = Date.now()
    play(tones[loudest.priority])
    notify(loudest)
  }
  setInterval(ring, 1_000)
  return {
    hear(alarms) {
      latest = alarms
      const calling = new Set(alarms.filter(isCalling).map(({ id }) => id))
      // One that was acknowledged or went away may call anew.
      for (const id of silenced) if (!calling.has(id)) silenced.delete(id)
      ring()
    },
    silence() {
      for (const alarm of latest) if (isCalling(alarm)) silenced.add(alarm.id)
      changed()
    },
    setOn(next) {
      isOn = next
      remember(next)
      if (next) play([523])
      if (next && 'Notification' in globalThis) void Notification.requestPermission()
      changed()
    },
    get isOn() {
      return isOn
    },
    get isBlocked() {
      return isOn && !navigator.userActivation.hasBeenActive
    },
    get isRinging() {
      return isOn && loudestOf(latest, silenced) !== null
    },
  }
}

/** Who looks at another tab is told by the desktop, where the browser and its user allow it. */
function notify(alarm: Alarm): void {
  if (!document.hidden || !('Notification' in globalThis)) return
  if (Notification.permission !== 'granted') return
  const told = new Notification(`${alarm.priority}: ${pathOf(alarm)}`, {
    ...{ body: alarm.description ?? '', tag: alarm.id },
  })
  told.addEventListener('click', () => window.focus())
}

/** A browser that keeps nothing for this page (private mode) throws; then it starts silent. */
function remembered(): boolean {
  try {
    return localStorage.getItem('mla-sound') === 'on'
  } catch {
    return false
  }
}

function remember(isOn: boolean): void {
  try {
    localStorage.setItem('mla-sound', isOn ? 'on' : 'off')
  } catch {
    // The choice then lasts until the page is closed.
  }
}
