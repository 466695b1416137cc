/** Bytes of one path segment, and of the whole path, that every Linux file system stores. */
const segmentBytes = 255
const pathBytes = 1024

/**
 * What is wrong with the path of a published file, or undefined when it may be used.
 * Paths are relative, `/`-separated, and stay inside their tree; control characters are refused because no visitor could ask for them.
 */
export const findPathProblem = (path: string): string | undefined => {
  if (path === '') return 'the name is empty'
  if (path.startsWith('/') || /^[a-zA-Z]:[\\/]/.test(path))
    return 'absolute paths are not accepted; use a path relative to the folder'
  if (path.includes('\\')) return 'backslashes are not accepted; separate folders with /'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'control characters (such as a line break) are not accepted in names'
  if (!path.isWellFormed()) return 'the name is not valid Unicode'
  const segments = path.split('/')
  if (segments.some(segment => segment === '..' || segment === '.'))
    return '"." and ".." are not accepted: the file would leave its folder'
  if (segments.some(segment => segment === '')) return 'a folder in the path has no name'
  if (segments.some(segment => byteLength(segment) > segmentBytes)) return `a name is longer than ${segmentBytes} bytes`
  if (byteLength(path) > pathBytes) return `the path is longer than ${pathBytes} bytes`
  return undefined
}

/** Two paths with the same key are the same file on a disk that ignores case, or to a person. */
export const collisionKey = (path: string): string => path.normalize('NFC').toLowerCase()

const byteLength = (text: string): number => new TextEncoder().encode(text).length
