// Exit code 0 when node_modules holds what package-lock.json asks for, 1 when `npm ci` is needed.
// Plain JavaScript: it must run on whatever Node the machine has before ours is installed.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.argv[2]
const readPackages = path => JSON.parse(readFileSync(path, 'utf8')).packages

// Optional packages for another system, or for another C library, are npm's own business.
const isNeeded = wanted =>
  !wanted.optional ||
  Boolean(wanted.os?.includes(process.platform) && wanted.cpu?.includes(process.arch) && !wanted.libc)

// What npm itself notes after each install.
const notes = join(root, 'node_modules/.package-lock.json')
if (!existsSync(notes)) process.exit(1)

const installed = readPackages(notes)
const isInPlace = ([path, wanted]) =>
  installed[path] === undefined
    ? !isNeeded(wanted)
    : installed[path].version === wanted.version && installed[path].resolved === wanted.resolved

const wanted = Object.entries(readPackages(join(root, 'package-lock.json')))
process.exitCode = wanted.filter(([path]) => path.includes('node_modules/')).every(isInPlace) ? 0 : 1
