import { createPlanRequest } from '@parcela/contract'
import { expect, it } from 'vitest'
import { emptyPlan, toFields, toLimits, toOverrideFields, toOverrides } from './limits.ts'

it('begins a new plan with one that only lacks its name', () => {
  expect(createPlanRequest.safeParse(emptyPlan).error?.issues.map(({ path }) => path[0])).toEqual(['name'])
  expect(createPlanRequest.safeParse({ ...emptyPlan, name: 'Class' }).success).toBe(true)
})

it('keeps limits through the form, and takes an empty field for none', () => {
  expect(toLimits(toFields(emptyPlan.limits))).toEqual(emptyPlan.limits)
  expect(toLimits({ ...toFields(emptyPlan.limits), cpus: Number.NaN }).cpus).toBeNull()
})

it('tells apart a limit of the plan, none, and one of the team', () => {
  const overrides = { cpus: null, ram_mb: 512 }
  expect(toOverrides(toOverrideFields(overrides))).toEqual(overrides)
  expect(toOverrideFields(overrides).services.kind).toBe('plan')
})

it('takes an own limit without a number for that of the plan', () => {
  const fields = toOverrideFields({})
  expect(toOverrides({ ...fields, services: { kind: 'own', amount: Number.NaN } })).toEqual({})
})
