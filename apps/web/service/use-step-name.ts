import { useTranslation } from 'react-i18next'

/** A step in the page's words; one that the page does not know yet is shown by its own name, made readable. */
export const useStepName = (): ((step: string) => string) => {
  const { t, i18n } = useTranslation()
  return step => {
    const key = `step.${step}`
    if (i18n.exists(key)) return t(key as 'step.verify')
    const words = step.replaceAll('-', ' ')
    return words.slice(0, 1).toUpperCase() + words.slice(1)
  }
}
