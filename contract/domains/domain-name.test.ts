import { domainToASCII, domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLabel } from './decode-label.ts'
import { domainName } from './domain-name.ts'

const problemOf = (text: unknown) => domainName.safeParse(text).error?.issues[0]?.message

describe('a domain name', () => {
  test.each([
    ['www.example.org', 'www.example.org', 'www.example.org'],
    ['WWW.Example.ORG.', 'www.example.org', 'www.example.org'],
    ['Café.example', 'xn--caf-dma.example', 'café.example'],
    ['xn--caf-dma.example', 'xn--caf-dma.example', 'café.example'],
    ['日本。例え', 'xn--wgv71a.xn--r8jz45g', '日本.例え'],
    ['tienda.test', 'tienda.test', 'tienda.test'],
    ['aula.internal', 'aula.internal', 'aula.internal'],
    ['caja.home.arpa', 'caja.home.arpa', 'caja.home.arpa'],
    ['1.example', '1.example', '1.example'],
    ['faß.example', 'xn--fa-hia.example', 'faß.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('%s is in DNS as %s and shown as %s', (text, name, display_name) => {
    expect(domainName.parse(text)).toEqual({ name, display_name, is_mixed_script: false })
  })

  test.each([
    ['', 'is empty'],
    ['*.example.org', 'one by one'],
    ['www.*.example.org', 'one by one'],
    ['192.0.2.1', 'IP address'],
    ['0x7f.1', 'IP address'],
    ['2130706433', 'IP address'],
    ['１９２.0.2.1', 'IP address'],
    ['2001:db8::1', 'IP address'],
    ['[2001:db8::1]', 'IP address'],
    ['https://www.example.org', 'name alone'],
    ['www.example.org/path', 'name alone'],
    ['www.example.org:8443', 'name alone'],
    ['me@example.org', 'name alone'],
    ['a b.example', 'letters, digits'],
    [' example.org', 'letters, digits'],
    ['a_b.example', 'letters, digits'],
    ['ex%61mple.org', 'letters, digits'],
    ['example.org\n', 'letters, digits'],
    ['$(reboot).example', 'letters, digits'],
    ['a\u00adb.example', 'letters, digits'],
    ['a\u202eb.example', 'letters, digits'],
    ['a\u0000.example', 'letters, digits'],
    ['a..example', 'between two dots'],
    ['.example.org', 'between two dots'],
    ['example.org..', 'between two dots'],
    [`${'a'.repeat(64)}.example`, 'longer than 63'],
    [`${'a.'.repeat(130)}example`, 'longer than 253'],
    ['-a.example', 'hyphen'],
    ['a-.example', 'hyphen'],
    ['example', 'one part only'],
    ['localhost', '.localhost'],
    ['tienda.localhost', '.localhost'],
    ['impresora.local', '.local'],
    ['a.invalid', '.invalid'],
    ['a.onion', '.onion'],
    ['1.2.0.192.in-addr.arpa', '.arpa'],
    ['ab--c.example', 'can be in DNS'],
    ['xn--a.example', 'can be in DNS'],
    ['xn--.example', 'hyphen'],
    ['xn--example.org', 'can be in DNS'],
    ['xn--CAF-dma-.example', 'hyphen'],
    [7, 'must be text'],
  ])('%j is refused, and the message says why', (text, why) => {
    expect(problemOf(text)).toContain(why)
  })

  test.each([
    ['раypal.example', true],
    ['pаypal.example', true],
    ['αpple.example', true],
    ['россия.example', false],
    ['ñandú-2.example', false],
    ['東京タワーtv.example', false],
    ['한국tv.example', false],
    ['россия.日本', false],
  ])('%s imitates another: %s', (text, isMixed) => {
    const { name, is_mixed_script } = domainName.parse(text)
    expect(is_mixed_script).toBe(isMixed)
    expect(domainName.parse(name).is_mixed_script).toBe(isMixed)
  })

  test('that is accepted is accepted in its own form, and is the same then', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.string({ unit: 'grapheme' }).map(text => `${text}.example`),
        ),
        text => {
          const { data } = domainName.safeParse(text)
          if (!data) return
          expect(domainName.parse(data.name)).toEqual(data)
          expect(domainName.parse(data.display_name).name).toBe(data.name)
          expect(data.name).toMatch(/^[a-z0-9.-]{3,253}$/)
        },
      ),
    )
  })
})

test('labels are decoded as everybody else does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), text => {
      const ascii = domainToASCII(text)
      if (!ascii.startsWith('xn--') || ascii.includes('.')) return
      expect(decodeLabel(ascii)).toBe(domainToUnicode(ascii))
    }),
    { numRuns: 2_000 },
  )
  expect(decodeLabel('plain')).toBe('plain')
  for (const broken of ['xn--9', 'xn--999999999', `xn--${'9'.repeat(59)}`, 'xn--a_b'])
    expect(decodeLabel(broken)).toBeUndefined()
})
