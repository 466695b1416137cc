import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Document, Target } from './operations.ts'
import type { Received } from './send-shot.ts'

/** What is wrong with an answer as the document has it, in one sentence; undefined when nothing is. */
export const createCheckAnswer = (document: Document) => {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  formats.default(ajv)
  ajv.addSchema({ ...document, $id: 'api' })
  const validators = new Map<string, ValidateFunction>()

  return ({ method, template, operation }: Target, { status, type, text, headers }: Received): string | undefined => {
    if (status >= 500) return `answers ${status}: ${text.slice(0, 300)}`
    if (!headers['x-request-id']) return `answers ${status} without a request id`
    const name = status in operation.responses ? String(status) : 'default'
    if (status < 400 && name === 'default') return `answers ${status}, which the document does not have`
    const content = operation.responses[name]?.content ?? {}
    if (text === '')
      return status === 204 || type === '' || name !== 'default' ? undefined : `answers ${status} without a body`
    if (!(type in content)) return `answers ${status} as "${type}", which the document does not have`
    if (type !== 'application/json') return undefined
    const path = [method.toLowerCase(), name].join(' ')
    const key = `${template} ${path}`
    const pointer = ['paths', template, method.toLowerCase(), 'responses', name, 'content', type, 'schema']
    const validate =
      validators.get(key) ??
      ajv.compile({ $ref: `api#/${pointer.map(part => encodeURIComponent(escapePointer(part))).join('/')}` })
    validators.set(key, validate)
    if (validate(JSON.parse(text))) return undefined
    return `answers ${status} with a body outside its schema: ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`
  }
}

/** RFC 6901. */
const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')
