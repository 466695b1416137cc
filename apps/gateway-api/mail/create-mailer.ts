import { AppError } from '@parcela/contract'
import type { Log } from '@parcela/kit'
import type { Transporter } from 'nodemailer'

export type MailSettings = {
  /** `smtp://user:password@mail.example.org:587`, or `smtps:` where TLS comes first. */
  url: string
  /** The sender: `Parcela <parcela@example.org>`. */
  from: string
}

export type Mail = { to: string; subject: string; text: string }

export type Mailer = {
  /** Resolves once the mail server took it; `unavailable` otherwise. */
  send(mail: Mail): Promise<void>
  /** Behind the answer, so that the time it takes does not tell who has an account. A failure is in the log; the person asks again. */
  sendLater(mail: Mail): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

const timeoutMs = 10_000
const connections = 3

/** Hands mail to an SMTP server. Encrypted, except to this machine or where the URL says `?requireTLS=false`. */
export const createMailer = ({ url, from }: MailSettings, log: Log): Mailer => {
  let opened: Promise<Transporter> | undefined
  const open = (): Promise<Transporter> => {
    opened ??= openTransport(withEncryption(url))
    return opened
  }
  const underWay = new Set<Promise<void>>()
  const send = async ({ to, subject, text }: Mail): Promise<void> => {
    try {
      await (await open()).sendMail({ from, to: { name: '', address: to }, subject, text })
    } catch (cause) {
      throw new AppError('unavailable', 'The mail server did not take the mail. Try again later.', {
        details: { reason: 'mail_not_sent' },
        cause,
      })
    }
  }
  return {
    send,
    sendLater: mail => {
      const sending: Promise<void> = send(mail)
        .catch(error => log.warn({ part: 'mail', err: error.cause ?? error }, 'a mail was not sent'))
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
    },
    close: async () => {
      await Promise.all(underWay)
      const transport = await opened
      transport?.close()
    },
  }
}

/** Loaded where mail is sent: everybody else would keep its ten megabytes in memory. */
const openTransport = async (url: string): Promise<Transporter> => {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    url,
    pool: true,
    maxConnections: connections,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

const withEncryption = (text: string): string => {
  const url = new URL(text)
  const isDecided = url.protocol === 'smtps:' || url.searchParams.has('requireTLS') || loopback.has(url.hostname)
  if (!isDecided) url.searchParams.set('requireTLS', 'true')
  return url.href
}
