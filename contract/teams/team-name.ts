import { z } from 'zod'

/** Scripts that are written together in one language (Unicode UTS 39, "highly restrictive"); anything else is one script at a time. */
const writtenTogether = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]
const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Thai',
  'Georgian',
  'Cherokee',
  'Coptic',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
]
const patterns = scripts.map(script => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, 'u') }))

/** Letters that could be taken for another script's make one team look like another: `Аna` with a Cyrillic A is refused. */
const isMixed = (text: string): boolean => {
  const used = new Set<string>()
  for (const letter of text.match(/\p{L}/gu) ?? []) {
    used.add(
      patterns.find(({ pattern }) => pattern.test(letter))?.script ??
        (/\p{Script=Common}/u.test(letter) ? '' : 'other'),
    )
  }
  used.delete('')
  return used.size > 1 && !writtenTogether.some(together => [...used].every(script => together.includes(script)))
}

/** A team's name as people read it: normalised (NFC), trimmed, inner white space one blank, one script. */
export const teamName = z
  .string('must be text')
  .transform(text => text.normalize('NFC').trim().replace(/\s+/gu, ' '))
  .pipe(
    z
      .string()
      .min(1, 'is empty')
      .max(64, 'is longer than 64 characters')
      .refine(name => !/[\p{C}\u115f\u1160\u3164\uffa0]/u.test(name), 'may not hold invisible characters')
      .refine(name => /[\p{L}\p{N}]/u.test(name), 'needs a letter or a digit')
      .refine(name => !isMixed(name), 'mixes letters of several scripts that look alike; use one'),
  )

/** Small letters of other scripts, and two signs, that look like Latin ones (Unicode UTS 39, confusables; those that people can type). */
const lookAlikes: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  ѕ: 's',
  т: 't',
  у: 'y',
  ԝ: 'w',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'h',
  ι: 'i',
  κ: 'k',
  μ: 'm',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'y',
  χ: 'x',
  ζ: 'z',
  ı: 'i',
  ß: 'ss',
}

/**
 * What names are compared by, so that no two teams look alike: compatibility forms, case, accents, and letters that look Latin are folded;
 * everything but letters and digits is a hyphen. `Клуб` and `Club` differ; `СОСО` (Cyrillic) and `COCO` do not.
 */
export const teamSlug = (name: string): string =>
  [
    ...name
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      .toLowerCase(),
  ]
    .map(letter => lookAlikes[letter] ?? letter)
    .join('')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
