/** What is worth knowing about a set of published paths, in sentences. Nothing here stops the publish. */
export const siteWarnings = (paths: readonly string[]): string[] => {
  if (paths.includes('index.html')) return []
  const other = paths.find(path => /^index\.(html?|php)$/i.test(path))
  if (other) return [`${other} is not shown as the front page; name it index.html.`]
  const nested = paths.find(path => path.endsWith('/index.html'))
  const hint = nested ? ` There is one in ${nested.slice(0, -'index.html'.length)}: publish that folder instead.` : ''
  return [`There is no index.html at the top: visitors of the front page are told that it does not exist.${hint}`]
}
