// Runs before the first paint, so that a dark page never flashes white. A file of its own: the page's policy forbids inline scripts.
;(() => {
  const stored = localStorage.getItem('parcela.color-scheme')
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = stored === 'light' || stored === 'dark' ? stored : prefersDark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
