/** The page of a service to which nothing was published yet: path -> content. No foreign requests; both languages where scripts are off. */
export const placeholder = (service: { name: string; url: string }): Record<string, string> => ({
  'index.html': page(escapeHtml(service.name)),
  'language.js': chooseLanguage,
})

const page = (name: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${name}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='1' width='14' height='14' rx='3' fill='%233d7a3a'/%3E%3Cpath d='M8 1v14M1 8h14' stroke='%23fff' stroke-opacity='.6'/%3E%3C/svg%3E">
<script src="/language.js"></script>
<style>
  :root { color-scheme: light dark; --paper: #faf9f6; --ink: #23281f; --soft: #5f6759; --leaf: #3d7a3a; --field: #e4eadb; --furrow: #d3dcc6 }
  @media (prefers-color-scheme: dark) { :root { --paper: #171a15; --ink: #ecefe8; --soft: #a3ab9c; --leaf: #8fc98a; --field: #242b20; --furrow: #303a2b } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; padding: 2rem; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; text-align: center }
  svg { width: min(11rem, 45vw); height: auto; margin-bottom: 1.75rem }
  h1 { margin: 0; font-size: clamp(1.9rem, 7vw, 3rem); font-weight: 650; line-height: 1.15; letter-spacing: -.025em; overflow-wrap: anywhere }
  p { margin: .6rem 0 0; color: var(--soft); max-width: 34rem }
  html[data-language="es"] p[lang="en"], html[data-language="en"] p[lang="es"] { display: none }
</style>
</head>
<body>
<svg viewBox="0 0 120 120" aria-hidden="true" fill="none">
  <g fill="var(--field)"><rect x="6" y="6" width="51" height="51" rx="9"/><rect x="63" y="6" width="51" height="51" rx="9"/><rect x="6" y="63" width="51" height="51" rx="9"/></g>
  <g stroke="var(--furrow)" stroke-width="3" stroke-linecap="round"><path d="M18 20h27M18 32h27M18 44h27M75 18v27M87 18v27M99 18v27M18 76h27M18 88h27M18 100h27"/></g>
  <rect x="64.5" y="64.5" width="48" height="48" rx="8" stroke="var(--leaf)" stroke-width="3" stroke-dasharray="6 6"/>
  <path d="M88.500 102V88m0 4c0-7-4-11-11-11 0 7 4 11 11 11Zm0-4c0-6 4-10 10-10 0 6-4 10-10 10Z" stroke="var(--leaf)" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>
</svg>
<main>
  <h1>${name}</h1>
  <p lang="es">Esta parcela ya tiene nombre y dirección. Todavía no se ha publicado ningún sitio.</p>
  <p lang="en">This plot has its name and its address. No site is published yet.</p>
</main>
</body>
</html>
`

const chooseLanguage = `const spanish = /^es\\b/i.test(navigator.language)
document.documentElement.lang = document.documentElement.dataset.language = spanish ? 'es' : 'en'
`

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
