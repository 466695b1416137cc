#!/usr/bin/env node
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { Context } from './commands/context.ts'
import { createCredentialsStore } from './connection/credentials.ts'
import { findLocalInstallation } from './connection/local-installation.ts'
import { runCli } from './run-cli.ts'

const { env, stdin, stdout, stderr } = process

const leave = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    leave.abort()
    // Whoever asks twice does not want to wait.
    process.once(signal, () => process.exit(130))
  })
}
// Whoever reads us may stop early (`parcela logs x | head`).
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const context: Context = {
  terminal: {
    input: stdin,
    output: stdout,
    notes: stderr,
    isInteractive: stdin.isTTY === true && stderr.isTTY === true && stderr.columns >= 40 && !env.CI,
    hasColour: stderr.isTTY === true && stdout.isTTY === true && !env.NO_COLOR,
  },
  credentials: createCredentialsStore(
    join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'parcela', 'credentials.json'),
  ),
  local: findLocalInstallation([...(env.PARCELA_HOME ? [env.PARCELA_HOME] : []), join(process.cwd(), '.parcela')]),
  given: { url: env.PARCELA_URL || undefined, apiKey: env.PARCELA_API_KEY || undefined },
  machine: hostname(),
  signal: leave.signal,
}

process.exitCode = await runCli(process.argv.slice(2), context)
