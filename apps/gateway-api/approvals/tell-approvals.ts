import type { ApprovalNotice, Approvals } from '@parcela/core'
import type { Log } from '@parcela/kit'
import { chooseLanguage } from '../mail/choose-language.ts'
import type { Mailer } from '../mail/create-mailer.ts'
import { renderAsked, renderDecided } from '../mail/render-mails.ts'

type Dependencies = {
  approvals: Pick<Approvals, 'takeNotices'>
  mailer: Pick<Mailer, 'sendLater'> | undefined
  panelUrl: string
  log: Log
  /** How long the next mail to approvers waits, so that a class that asks at once is one more mail, and nobody's mailbox is filled. */
  pauseMs?: number
}

export type ApprovalTeller = {
  /** Mails what nobody was told yet, behind the answer. */
  tell(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** Tells approvers what waits and requesters what was decided, where mail is sent; the page shows both anyway. */
export const createApprovalTeller = (dependencies: Dependencies): ApprovalTeller => {
  const { approvals, mailer, panelUrl, log, pauseMs = 60_000 } = dependencies
  const { origin } = new URL(panelUrl)
  const gathered: ApprovalNotice[] = []
  let pause: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()

  const tellAll = async (): Promise<void> => {
    if (!mailer) return
    for (const notice of await approvals.takeNotices()) {
      if (notice.kind === 'asked') gathered.push(notice)
      else tellRequester(mailer, notice)
    }
    if (!pause) tellApprovers(mailer)
  }
  const tellRequester = (to: Pick<Mailer, 'sendLater'>, { approval, ...notice }: ApprovalNotice): void => {
    const link = `${origin}/services/${approval.service_id}`
    for (const { email, name, language } of notice.to) {
      to.sendLater(renderDecided({ to: email, language: chooseLanguage(language, null), link }, name, approval))
    }
  }
  const tellApprovers = (to: Pick<Mailer, 'sendLater'>): void => {
    const notices = gathered.splice(0)
    if (notices.length === 0) return
    const link = `${origin}/administration/approvals`
    const waiting = notices.map(({ approval }) => approval)
    for (const { email, name, language } of notices.at(-1)?.to ?? []) {
      to.sendLater(renderAsked({ to: email, language: chooseLanguage(language, null), link }, name, waiting))
    }
    pause = setTimeout(() => {
      pause = undefined
      tellApprovers(to)
    }, pauseMs)
    pause.unref()
  }

  return {
    tell: () => {
      underWay = underWay
        .then(tellAll)
        .catch(err => log.warn({ part: 'mail', err }, 'what waits for approval, or was decided, is told with the next'))
    },
    close: async () => {
      await underWay
      clearTimeout(pause)
      if (mailer) tellApprovers(mailer)
      clearTimeout(pause)
    },
  }
}
