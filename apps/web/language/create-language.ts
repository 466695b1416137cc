import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { loadAgain } from '../frame/load-again.ts'
import { chooseLanguage, isLanguage, type Language } from './choose-language.ts'
import type { LaterWords, Words } from './words.ts'

const storageKey = 'parcela.language'

// Only the language that is spoken is loaded.
const load: Record<Language, () => Promise<Words>> = {
  en: loadAgain(async () => (await import('./en.ts')).en),
  es: loadAgain(async () => (await import('./es.ts')).es),
}

const loadLater: Record<Language, () => Promise<LaterWords>> = {
  en: loadAgain(async () => (await import('./administration/en.ts')).en),
  es: loadAgain(async () => (await import('./administration/es.ts')).es),
}

/** Starts the page's language from what is remembered and what the browser prefers. */
export const createLanguage = async (): Promise<i18n> => {
  const language = chooseLanguage(localStorage.getItem(storageKey), navigator.languages)
  const instance = i18next.createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
  return instance
}

/** Speaks another language from now on, and remembers it. */
export const speak = async (instance: i18n, language: Language): Promise<void> => {
  if (!instance.hasResourceBundle(language, 'translation'))
    instance.addResourceBundle(language, 'translation', await load[language]())
  if (instance.exists(later)) await learn(instance, language)
  await instance.changeLanguage(language)
  localStorage.setItem(storageKey, language)
  document.documentElement.lang = language
}

/** One of the words that are loaded later. */
const later = 'administration.parts'

/** Learns the words of the pages for who runs the installation or a team; those of other languages follow when they are spoken. */
export const learnAdministration = (instance: i18n): Promise<void> =>
  learn(instance, isLanguage(instance.language) ? instance.language : 'en')

const learn = async (instance: i18n, language: Language): Promise<void> => {
  if (instance.exists(later, { lng: language })) return
  instance.addResourceBundle(language, 'translation', await loadLater[language](), true)
}
