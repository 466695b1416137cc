import { expect, test } from 'vitest'
import { withStartupOption } from './startup-option.ts'

test('an option is added to any form of address', () => {
  expect(withStartupOption('postgresql://ana@db.example/x', '-c role=app')).toBe(
    'postgresql://ana@db.example/x?options=-c%20role%3Dapp',
  )
  expect(withStartupOption('postgresql:///x?host=%2Frun%2Fdb&port=1', '-c role=app')).toBe(
    'postgresql:///x?host=%2Frun%2Fdb&port=1&options=-c%20role%3Dapp',
  )
})

test('options that are there stay', () => {
  const first = withStartupOption('postgresql:///x?host=%2Frun', '-c role=app')
  expect(withStartupOption(first, '-c search_path=identity')).toBe(
    'postgresql:///x?host=%2Frun&options=-c%20role%3Dapp%20-c%20search_path%3Didentity',
  )
})
