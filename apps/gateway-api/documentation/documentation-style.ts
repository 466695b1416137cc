/** The look of /api/docs: readable in both colour schemes and on a phone. */
export const documentationStyle = `
:root { color-scheme: light dark; --line: light-dark(#d9d6d0, #3b3a37); --soft: light-dark(#f5f3ef, #232220); --accent: light-dark(#2f6b3f, #8fcf9f); }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin-bottom: .25rem; }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.1rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font: .9em/1.5 ui-monospace, monospace; }
pre { padding: .75rem 1rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; }
nav ul { padding: 0; list-style: none; }
nav li { padding: .15rem 0; }
.method { display: inline-block; min-width: 4rem; color: var(--accent); }
table { width: 100%; border-collapse: collapse; }
caption { padding: .25rem 0; text-align: left; font-weight: 600; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
summary { cursor: pointer; padding: .2rem 0; }
`
