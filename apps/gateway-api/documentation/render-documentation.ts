type Schema = Record<string, unknown>

type Operation = {
  operationId?: string
  summary?: string
  description?: string
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>
}

/** What the page needs of an OpenAPI document. */
export type OpenApiDocument = {
  info: { title: string; version: string; description?: string }
  servers?: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

/** The API's description as one page of plain HTML: no script, nothing from elsewhere. */
export const renderDocumentation = (document: OpenApiDocument): string => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)} API</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<header>
<h1>${text(document.info.title)} API</h1>
<p>${text(document.info.description ?? '')}</p>
<p>Machine-readable: <a href="/api/v1/openapi.json">openapi.json</a>. Send an API key as
<code>Authorization: Bearer parcela_...</code></p>
<pre>curl -H "Authorization: Bearer $PARCELA_KEY" ${text(document.servers?.[0]?.url ?? '')}/api/v1/services</pre>
</header>
<nav aria-label="Calls"><ul>
${operations.map(({ path, method, operation }) => `<li><a href="#${text(operation.operationId ?? '')}">${methodAndPath(method, path)}</a> ${text(operation.summary ?? '')}</li>`).join('\n')}
</ul></nav>
<main>
${operations.map(({ path, method, operation }) => renderOperation(method, path, operation)).join('\n')}
<h2 id="schemas">Documents</h2>
${schemas.map(([name, schema]) => `<details id="schema-${text(name)}"><summary>${text(name)}</summary><pre>${json(schema)}</pre></details>`).join('\n')}
</main>
</body>
</html>
`
}

const renderOperation = (method: string, path: string, operation: Operation): string => `<section>
<h2 id="${text(operation.operationId ?? '')}">${methodAndPath(method, path)}</h2>
<p><strong>${text(operation.summary ?? '')}</strong></p>
${paragraphs(operation.description ?? '')}
${renderParameters(operation)}
${Object.entries(operation.requestBody?.content ?? {})
  .map(([type, { schema }]) => `<p>Body, <code>${text(type)}</code>: ${schemaLink(schema)}</p>`)
  .join('\n')}
<p>Answers:</p><ul>
${Object.entries(operation.responses)
  .map(([status, { description, content }]) => {
    const kinds = Object.entries(content ?? {}).map(
      ([type, { schema }]) => `<code>${text(type)}</code> ${schemaLink(schema)}`,
    )
    return `<li><code>${text(status)}</code> ${text(description ?? '')} ${kinds.join(', ')}</li>`
  })
  .join('\n')}
</ul>
</section>`

const renderParameters = ({ parameters = [] }: Operation): string =>
  parameters.length === 0
    ? ''
    : `<table><caption>Parameters</caption><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>
${parameters
  .map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${text(name)}</code>${required ? ' *' : ''}</td><td>${text(place)}</td><td>${text(description ?? String(schema?.description ?? schema?.type ?? ''))}</td></tr>`,
  )
  .join('\n')}
</tbody></table>`

const methodAndPath = (method: string, path: string): string =>
  `<b class="method">${text(method.toUpperCase())}</b> <code>${text(path)}</code>`

const schemaLink = (schema: Schema | undefined): string => {
  const name = typeof schema?.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
  if (name) return `<a href="#schema-${text(name)}">${text(name)}</a>`
  if (typeof schema?.description === 'string') return text(schema.description)
  return schema ? text(String(schema.type ?? '')) : ''
}

const paragraphs = (markdown: string): string =>
  markdown
    .split('\n\n')
    .map(part => `<p>${text(part).replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('\n')

const json = (value: unknown): string => text(JSON.stringify(value, null, 2))

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
