import type { en as administration } from './administration/en.ts'
import type { en } from './en.ts'

/** The same keys, each with a text of its own. */
export type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> }

/** The shape that every language fills. */
export type Words = SameKeys<typeof en>

/** What is loaded later, with the pages that say it. */
export type LaterWords = SameKeys<typeof administration>

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof administration }
  }
}
