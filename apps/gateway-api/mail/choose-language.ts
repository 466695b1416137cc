import { type Language, language } from '@parcela/contract'

/** The language of a mail: what the person chose, else the first of the browser's that we speak, else English. */
export const chooseLanguage = (chosen: Language | null | undefined, accepted: string | null | undefined): Language => {
  if (chosen) return chosen
  const preferred = (accepted ?? '').slice(0, 200).split(',')
  const spoken = preferred.map(part => language.safeParse(part.trim().slice(0, 2).toLowerCase()))
  return spoken.find(one => one.success)?.data ?? 'en'
}
