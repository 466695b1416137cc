import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * Certbot's hook: tells the platform, through its socket, what the authority wants to see. `main.ts add` or `main.ts remove`, with certbot's
 * CERTBOT_DOMAIN and CERTBOT_VALIDATION; the rest comes from whoever started certbot.
 */
const { PARCELA_HOOK_SOCKET, PARCELA_HOOK_TOKEN, CERTBOT_DOMAIN, CERTBOT_VALIDATION } = process.env
const timeoutMs = 120_000

const ask = async (socketPath: string, request: object): Promise<string> => {
  const socket = createConnection(socketPath)
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('Parcela did not answer')))
  socket.write(`${JSON.stringify(request)}\n`)
  return text(socket)
}

if (!PARCELA_HOOK_SOCKET) throw new Error('This program is started by certbot, and certbot by Parcela.')
const answer = await ask(PARCELA_HOOK_SOCKET, {
  token: PARCELA_HOOK_TOKEN,
  action: process.argv[2],
  domain: CERTBOT_DOMAIN,
  value: CERTBOT_VALIDATION,
})
if (answer !== 'done\n') {
  process.stderr.write(answer || 'Parcela ended the conversation\n')
  process.exitCode = 1
}
