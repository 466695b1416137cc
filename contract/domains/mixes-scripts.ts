const scripts: Record<string, RegExp> = {
  Latin: /\p{Script_Extensions=Latin}/u,
  Greek: /\p{Script_Extensions=Greek}/u,
  Cyrillic: /\p{Script_Extensions=Cyrillic}/u,
  Armenian: /\p{Script_Extensions=Armenian}/u,
  Georgian: /\p{Script_Extensions=Georgian}/u,
  Hebrew: /\p{Script_Extensions=Hebrew}/u,
  Arabic: /\p{Script_Extensions=Arabic}/u,
  Devanagari: /\p{Script_Extensions=Devanagari}/u,
  Bengali: /\p{Script_Extensions=Bengali}/u,
  Tamil: /\p{Script_Extensions=Tamil}/u,
  Thai: /\p{Script_Extensions=Thai}/u,
  Ethiopic: /\p{Script_Extensions=Ethiopic}/u,
  Cherokee: /\p{Script_Extensions=Cherokee}/u,
  Han: /\p{Script_Extensions=Han}/u,
  Hiragana: /\p{Script_Extensions=Hiragana}/u,
  Katakana: /\p{Script_Extensions=Katakana}/u,
  Bopomofo: /\p{Script_Extensions=Bopomofo}/u,
  Hangul: /\p{Script_Extensions=Hangul}/u,
}
const ofNone = /^[\p{Script=Common}\p{Script=Inherited}]$/u

/** Scripts that are written together in one language (UTS 39, "highly restrictive"). */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

/** Whether a label has letters of scripts that no language writes together, as names that imitate others do: `раypal` with Cyrillic `ра`. */
export const mixesScripts = (label: string): boolean => {
  const letters = [...label].filter(letter => !ofNone.test(letter))
  const perLetter = letters.map(scriptsOf)
  const sets = [...Object.keys(scripts).map(script => [script]), ['other'], ...together]
  return !sets.some(set => perLetter.every(found => found.some(script => set.includes(script))))
}

const scriptsOf = (letter: string): string[] => {
  const found = Object.keys(scripts).filter(script => scripts[script]?.test(letter))
  return found.length > 0 ? found : ['other']
}
