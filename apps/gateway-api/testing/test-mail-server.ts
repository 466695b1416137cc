import type { AddressInfo } from 'node:net'
import { waitUntil } from '@parcela/kit'
import { SMTPServer } from 'smtp-server'

export type ReceivedMail = { to: string; subject: string; text: string; login: string | undefined }
export type TestMailServer = Awaited<ReturnType<typeof startTestMailServer>>

/** A real SMTP server on loopback that keeps what it receives. */
export const startTestMailServer = async () => {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        const [to] = session.envelope.rcptTo
        mails.push({ ...parse(Buffer.concat(chunks).toString()), to: to?.address ?? '', login: session.user })
        done()
      })
    },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    settings: { url: `smtp://127.0.0.1:${port}`, from: 'Parcela <parcela@example.org>' },
    mails,
    /** The next mail to this address, taken out. */
    take: async (to: string): Promise<ReceivedMail> => {
      const find = () => mails.findIndex(mail => mail.to === to)
      await waitUntil(() => find() !== -1, { timeoutMs: 5_000, what: `a mail to ${to}` })
      const [mail] = mails.splice(find(), 1)
      if (!mail) throw new Error('The mail is gone')
      return mail
    },
    stop: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

/** The token in the link of a mail. */
export const tokenOf = ({ text }: Pick<ReceivedMail, 'text'>): string => /#token=([^\s]+)/.exec(text)?.[1] ?? ''

const parse = (raw: string): { subject: string; text: string } => {
  const at = raw.indexOf('\r\n\r\n')
  const head = raw.slice(0, at).replace(/\r\n[ \t]+/g, ' ')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  const encoding = header('Content-Transfer-Encoding').toLowerCase()
  const body = raw.slice(at + 4).replaceAll('\r\n', '\n')
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : encoding === 'quoted-printable'
        ? unquote(body)
        : body
  return { subject: decodeWords(header('Subject')), text }
}

const unquote = (text: string): string => {
  const bytes = text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(q|b)\?([^?]*)\?=/gi, (_, kind, word) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : unquote(word.replaceAll('_', ' ')),
    )
