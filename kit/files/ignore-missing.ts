/** For `.catch`: a file that is not there is undefined; every other failure goes on. */
export const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}
