import type { Language } from './choose-language.ts'

export type Format = {
  /** `3 minutes ago`, from `now`. */
  relative: (time: string, now: number) => string
  /** The exact time, for hovering. */
  exact: (time: string) => string
  clock: (time: string) => string
  /** `412 ms`, `1.3 s`, `2 min 5 s`. */
  duration: (ms: number) => string
  /** The same for a wait that is over, never finer than a tenth: `0.8 s`. */
  wait: (ms: number) => string
  /** `1.3 MB`; `binary` counts in 1024 as memory and disks do here. */
  bytes: (bytes: number) => string
  ram: (mib: number) => string
  number: (value: number) => string
}

/** Formatters by `Intl` for one language; pure but for the time zone of the machine. */
export const createFormat = (language: Language): Format => {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium' })
  const clock = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  })
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const tenth = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })

  const scaled = (value: number, step: number, units: readonly string[]): string => {
    let power = 0
    let rest = value
    for (; rest >= step && power < units.length - 1; power += 1) rest /= step
    return `${rest < 10 && power > 0 ? tenth.format(rest) : whole.format(rest)} ${units[power] ?? ''}`
  }

  const duration = (ms: number, fineBelowMs: number): string => {
    if (ms < fineBelowMs) return `${whole.format(Math.max(0, ms))} ms`
    if (ms < 60_000) return `${tenth.format(ms / 1000)} s`
    return `${whole.format(Math.floor(ms / 60_000))} min ${whole.format(Math.round((ms % 60_000) / 1000))} s`
  }

  return {
    relative: (time, now) => {
      const seconds = Math.round((Date.parse(time) - now) / 1000)
      const [unit, size] = relativeUnits.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
      return unit === 'second' ? relative.format(0, 'second') : relative.format(Math.trunc(seconds / size), unit)
    },
    exact: time => exact.format(new Date(time)),
    clock: time => clock.format(new Date(time)),
    duration: ms => duration(ms, 1000),
    wait: ms => duration(Math.max(100, ms), 100),
    bytes: bytes => scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB']),
    ram: mib => scaled(mib, 1024, ['MiB', 'GiB', 'TiB']),
    number: value => fine.format(value),
  }
}

const relativeUnits = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const
