export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

export const isLanguage = (text: unknown): text is Language => languages.some(language => language === text)

/** The language to speak: what the person chose before, else the first of the browser's that we know, else English. */
export const chooseLanguage = (stored: string | null, preferred: readonly string[]): Language => {
  if (isLanguage(stored)) return stored
  return preferred.map(tag => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}
