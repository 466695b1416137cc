// Prints where a running Parcela answers, from what it left in its home.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const home = process.argv[2]
const ready = JSON.parse(readFileSync(join(home, 'ready.json'), 'utf8'))
const login = join(home, 'admin-login')

const rows = [
  ['Page', ready.page_url],
  ['Sample site', ready.sample_url],
  ['Administrator', ready.administrator_email],
  ['Password', existsSync(login) ? `in ${login}, unless you changed it` : undefined],
  ['Logs', join(home, 'log')],
  ['Stop it with', 'bin/down'],
]
const lines = rows.filter(([, value]) => value).map(([name, value]) => `  ${name.padEnd(14)} ${value}`)
process.stdout.write(`\n${lines.join('\n')}\n\n`)
