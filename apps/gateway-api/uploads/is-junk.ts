const names = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

/** What macOS and Windows leave in folders and archives; nobody means to publish it. */
export const isJunk = (path: string): boolean => {
  const segments = path.split('/')
  const last = segments.at(-1) ?? ''
  return segments.includes('__MACOSX') || names.has(last) || last.startsWith('._')
}
