import { createServiceRequest, findPathProblem, serviceName, updateServiceRequest } from '@parcela/contract'
import { describe, expect, it } from 'vitest'
import { explainProblem } from './explain-problem.ts'

const badNames = ['', 'a'.repeat(64), 'Ñandú', 'a b', '-a', 'a-', 'ab--c', 'www']
const badNumbers = [0, -1, 0.05, 1.5, 1e12, Number.NaN, 'x', null]
const badPaths = ['', '/etc/passwd', 'a\\b', 'a\nb', '\ud800', '../a', 'a//b', `${'a'.repeat(300)}`, 'a/'.repeat(600)]

const messagesOf = (result: { success: boolean; error?: { issues: { message: string }[] } | undefined }): string[] =>
  result.error?.issues.map(issue => issue.message) ?? []

describe('what the contract says against a field', () => {
  it.each(badNames)('is known in both languages for the name %j', name => {
    expectKnown(messagesOf(serviceName.safeParse(name)))
  })

  it.each(badNumbers)('is known in both languages for the amount %j', amount => {
    const resources = { ram_mb: amount, cpus: amount, storage_gb: amount }
    const web = { name: 'hola', service_type: 'docker', service_format: 'web' }
    expectKnown(messagesOf(createServiceRequest.safeParse({ ...web, ...resources })))
    expectKnown(messagesOf(updateServiceRequest.safeParse(resources)))
  })

  it.each(badPaths)('is known in both languages for the path %j', path => {
    const problem = findPathProblem(path)
    expectKnown(problem === undefined ? [] : [problem])
  })

  it('is shown as it came when it is new', () => {
    expect(explainProblem('must be blue', 'es')).toBe('must be blue')
  })
})

const expectKnown = (messages: string[]): void => {
  expect(messages).not.toEqual([])
  for (const message of messages) {
    expect(explainProblem(message, 'es')).not.toBe(message)
    expect(explainProblem(message, 'en')).not.toBe('')
  }
}
