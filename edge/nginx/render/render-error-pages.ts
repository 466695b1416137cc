import { errorPageWords, type PageName, type PageWords } from './error-page-words.ts'

/** File name -> content of everything that nginx answers in its own name: `starting.es.html`, ..., and `gateway.json` for programs. */
export const renderErrorPages = (): Record<string, string> => {
  const files: Record<string, string> = { 'gateway.json': `${JSON.stringify(gatewayAnswer)}\n` }
  for (const [language, pages] of Object.entries(errorPageWords)) {
    for (const [name, words] of Object.entries(pages)) {
      files[`${name}.${language}.html`] = renderPage(language, words, refreshSeconds[name as PageName])
    }
  }
  return files
}

const gatewayAnswer = {
  error: {
    code: 'unavailable',
    message: 'Parcela is restarting. Try again in a few seconds.',
    request_id: 'edge',
  },
}

const refreshSeconds: Partial<Record<PageName, number>> = { starting: 2, gateway: 3 }

const renderPage = (language: string, words: PageWords, refresh: number | undefined): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refresh === undefined ? '' : `<meta http-equiv="refresh" content="${refresh}">\n`}<title>${words.title}</title>
<style>${style}</style>
</head>
<body>
<main>
${logo}
<h1>${words.title}</h1>
<p>${words.text}</p>
<p class="next">${words.next}</p>
</main>
</body>
</html>
`

const style = `
:root{color-scheme:light dark;--paper:#faf8f4;--card:#fff;--line:#e6e0d6;--ink:#26241f;--soft:#655f54;--field:#ddd5c6;--green:#2f7d4f}
@media(prefers-color-scheme:dark){:root{--paper:#171613;--card:#1f1d1a;--line:#34312b;--ink:#ece8e0;--soft:#a9a294;--field:#3d3931;--green:#6cc08b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);
font:1rem/1.6 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:100%;max-width:30rem;padding:2.5rem;background:var(--card);border:1px solid var(--line);border-radius:1rem}
svg{display:block;width:3rem;height:3rem;margin-bottom:1.5rem}
h1{margin:0 0 .75rem;font-size:1.625rem;line-height:1.25;letter-spacing:-.015em;text-wrap:balance}
p{margin:0}
.next{margin-top:.75rem;color:var(--soft)}
@media(max-width:30rem){main{padding:1.75rem}}
`

/** A plot of four fields, one of them sprouting. */
const logo = `<svg viewBox="0 0 48 48" aria-hidden="true">
<g fill="var(--field)"><rect x="3" y="3" width="19" height="19" rx="4"/><rect x="3" y="26" width="19" height="19" rx="4"/><rect x="26" y="26" width="19" height="19" rx="4"/></g>
<path d="M35.5 22V12m0 3c0-5 3-8 8.500-8 0 5-3 8-8.500 8Zm0 4c0-4-2.500-6.500-7.500-6.500 0 4 2.500 6.500 7.500 6.500Z" fill="var(--green)" stroke="var(--green)" stroke-width="1.500" stroke-linejoin="round"/>
</svg>`
