import { expect, it } from 'vitest'
import { drawPlot } from './plot.ts'

it('draws the same land for the same name, and another for another', () => {
  expect(drawPlot('hola')).toEqual(drawPlot('hola'))
  expect(drawPlot('hola')).not.toEqual(drawPlot('hola-2'))
})

it('stays inside its square for any name', () => {
  for (const name of ['', 'a', 'ñandú', 'x'.repeat(63)])
    for (const { x, y, width, height } of drawPlot(name)) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(40)
      expect(Math.min(width, height)).toBeGreaterThan(5)
    }
})
