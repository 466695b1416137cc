import { encode } from 'uqr'
import { expect, it } from 'vitest'
import { renderQrPath } from './render-qr-path.ts'

it('joins the dark fields that lie beside each other', () => {
  expect(
    renderQrPath([
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ]),
  ).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z')
})

it('draws every dark field of a real code once, and no other', () => {
  const { data, size } = encode('otpauth://totp/Parcela:ana@example.org?secret=JBSWY3DPEHPK3PXP', { border: 4 })
  const drawn = data.map(row => row.map(() => 0))
  for (const [, x = '', y = '', length = ''] of renderQrPath(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = Number(x); at < Number(x) + Number(length); at++) (drawn[Number(y)] as number[])[at] = 1
  }
  expect(drawn).toEqual(data.map(row => row.map(Number)))
  expect(size).toBe(data.length)
})
