import { suggestServiceName } from '@parcela/contract'
import type { PickedFiles } from '../files/picked-files.ts'

/** The name that a dropped folder or archive suggests; empty when it has none worth suggesting. */
export const suggestName = (picked: PickedFiles | undefined): string => {
  const name = suggestServiceName(picked?.title ?? '')
  return buildFolders.has(name) ? '' : name
}

/** What tools call their output: the name says nothing about the site. */
const buildFolders = new Set(['dist', 'build', 'out', 'public', 'site', 'www', 'html', 'htdocs', 'public-html'])
