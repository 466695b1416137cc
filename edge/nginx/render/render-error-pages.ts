import type { ErrorCode } from '@parcela/contract'
import { errorPageWords, type PageName, type PageWords } from './error-page-words.ts'

/** File name -> content of everything that nginx answers in its own name: `starting.es.html`, ..., and `gateway.json` and others for programs. */
export const renderErrorPages = (): Record<string, string> => {
  const files: Record<string, string> = {}
  for (const [name, { code, message }] of Object.entries(panelErrors)) {
    files[`${name}.json`] = `${JSON.stringify({ error: { code, message, request_id: 'edge' } })}\n`
  }
  for (const [language, pages] of Object.entries(errorPageWords)) {
    for (const [name, words] of Object.entries(pages)) {
      files[`${name}.${language}.html`] = renderPage(language, words, refreshSeconds[name as PageName])
    }
  }
  return files
}

/** What the edge answers to programs in place of the gateway, in its words. */
const panelErrors: Partial<Record<PageName, { code: ErrorCode; message: string }>> = {
  gateway: { code: 'unavailable', message: 'Parcela is restarting. Try again in a few seconds.' },
  'too-large': {
    code: 'too_large',
    message: 'What was sent is larger than Parcela accepts in one request. Send fewer or smaller files.',
  },
  malformed: { code: 'invalid', message: 'The request line or a header is too long, or this is not HTTP.' },
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
<main${refresh === undefined ? '' : ' class="busy"'}>
${picture}
<h1>${words.title}</h1>
<p>${words.text}</p>
<p class="next">${words.next}</p>
</main>
</body>
</html>
`

const style = `
:root{color-scheme:light dark;--paper:#faf8f4;--card:#fff;--line:#e7e2d7;--ink:#25221c;--soft:#625b4e;--furrow:rgb(255 255 255/22%);
--deep:#2f5a26;--moss:#93b46b;--wheat:#c79a46;--leaf:#376425;--sprout:#43792e}
@media(prefers-color-scheme:dark){:root{--paper:#15130f;--card:#1c1914;--line:#2e2a23;--ink:#ece7dc;--soft:#aba394;--furrow:rgb(0 0 0/24%);
--deep:#35602b;--moss:#76944f;--wheat:#a97f35;--leaf:#a5cf86;--sprout:#a5d884}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);
font:1rem/1.6 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:100%;max-width:31rem;padding:2.75rem 2.5rem 3rem;background:var(--card);border:1px solid var(--line);border-radius:1.25rem;
text-align:center;box-shadow:0 1px 2px rgb(60 50 30/5%),0 12px 40px rgb(60 50 30/6%)}
svg{display:block;width:13rem;max-width:100%;height:auto;margin:0 auto 1.75rem}
h1{margin:0 0 .75rem;font-size:1.625rem;font-weight:650;line-height:1.25;letter-spacing:-.02em;text-wrap:balance}
p{margin:0;text-wrap:balance}
.next{margin-top:.625rem;color:var(--soft)}
.grow{transform-box:fill-box;transform-origin:50% 100%}
.busy .grow{animation:grow 1.6s ease-in-out infinite alternate}
@keyframes grow{from{transform:scale(.72)}to{transform:scale(1)}}
@media(prefers-reduced-motion:reduce){.busy .grow{animation:none}}
@media(max-width:30rem){main{padding:2rem 1.5rem 2.25rem}}
`

/** Four fields in ground view, three at work and one waiting. */
const picture = `<svg viewBox="0 0 208 120" aria-hidden="true">
<g transform="translate(104 60) scale(1 .56) rotate(45)">
<rect x="-72" y="-72" width="68" height="68" rx="8" fill="var(--deep)"/>
<rect x="-72" y="4" width="68" height="68" rx="8" fill="var(--moss)"/>
<rect x="4" y="4" width="68" height="68" rx="8" fill="var(--wheat)"/>
<g fill="none" stroke="var(--furrow)" stroke-width="5" stroke-linecap="round">
<path d="M-62-60V-16M-50-60V-16M-38-60V-16M-26-60V-16M-14-60V-16M-62 16H-14M-62 28H-14M-62 40H-14M-62 52H-14M-62 64H-14M16 14V62M28 14V62M40 14V62M52 14V62M62 14V62"/>
</g>
<rect x="5" y="-71" width="66" height="66" rx="7" fill="none" stroke="var(--leaf)" stroke-width="2" stroke-dasharray="6 5"/>
</g>
<g class="grow" fill="var(--sprout)">
<path d="M157 61V49" stroke="var(--sprout)" stroke-width="2.6" stroke-linecap="round"/>
<path d="M157 52C157 45 152 41 145 41C145 48 149 52 157 52Z"/>
<path d="M157 49C157 42 162 37 169 37C169 44 165 49 157 49Z"/>
</g>
</svg>`
