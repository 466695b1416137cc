// Runs before everything else. A file of its own: the page's policy forbids inline scripts.
;(() => {
  // Before the first paint, so that a dark page never flashes white.
  const stored = localStorage.getItem('parcela.color-scheme')
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = stored === 'light' || stored === 'dark' ? stored : prefersDark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)

  // A script or style that does not arrive leaves an empty page: load it again, a few times at most.
  const most = 4
  const key = 'parcela.reloads'
  const isOurs = element => element instanceof HTMLScriptElement || element instanceof HTMLLinkElement
  addEventListener(
    'error',
    event => {
      const count = Number(sessionStorage.getItem(key) ?? 0)
      if (!isOurs(event.target) || count >= most) return
      sessionStorage.setItem(key, String(count + 1))
      setTimeout(() => location.reload(), 400 * 2 ** count)
    },
    true,
  )
  addEventListener('load', () => setTimeout(() => sessionStorage.removeItem(key), 10_000))
})()
