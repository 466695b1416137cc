import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isLanguage, type Language } from './choose-language.ts'
import { createFormat, type Format } from './create-format.ts'

/** Dates, sizes and durations in the language of the page. */
export const useFormat = (): Format => {
  const language = useLanguage()
  return useMemo(() => createFormat(language), [language])
}

export const useLanguage = (): Language => {
  const { i18n } = useTranslation()
  return isLanguage(i18n.language) ? i18n.language : 'en'
}
