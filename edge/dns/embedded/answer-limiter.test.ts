import { expect, test } from 'vitest'
import { createAnswerLimiter } from './answer-limiter.ts'

const createClock = () => {
  let time = 1_000_000
  return {
    now: () => new Date(time),
    pass: (ms: number) => {
      time += ms
    },
  }
}

test('a network gets its burst, then every second refusal is a sign to use TCP, and time gives tokens back', () => {
  const clock = createClock()
  const limiter = createAnswerLimiter({ perSecond: 2, burst: 3, clock })
  const judge = (count: number) => Array.from({ length: count }, () => limiter.judge('192.0.2.1'))
  expect(judge(6)).toEqual(['send', 'send', 'send', 'slip', 'drop', 'slip'])
  clock.pass(1000)
  expect(judge(3)).toEqual(['send', 'send', 'drop'])
})

test('addresses of one network share a bucket, other networks have their own', () => {
  const limiter = createAnswerLimiter({ perSecond: 1, burst: 1, clock: createClock() })
  expect(limiter.judge('192.0.2.1')).toBe('send')
  expect(limiter.judge('::ffff:192.0.2.200')).toBe('slip')
  expect(limiter.judge('192.0.3.1')).toBe('send')
  expect(limiter.judge('2001:db8:0:12ff::1')).toBe('send')
  expect(limiter.judge('2001:db8::1200:0:0:0:1')).toBe('slip')
  expect(limiter.judge('2001:db8:0:13ff::1')).toBe('send')
  expect(limiter.judge('::1')).toBe('send')
})

test('a flood from very many networks does not fill the memory', () => {
  const limiter = createAnswerLimiter({ perSecond: 1, burst: 1, clock: createClock() })
  for (let network = 0; network < 30_000; network++) limiter.judge(`10.${network >> 8}.${network & 255}.1`)
  expect(limiter.size).toBe(10_000)
})
