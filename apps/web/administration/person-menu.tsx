import { ActionIcon } from '@mantine/core'
import type { PersonDetails } from '@parcela/contract'
import { IconBan, IconCircleCheck, IconDots, IconKey, IconShield, IconShieldOff } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { queries } from '../client/queries.ts'
import { Menu, MenuItem } from '../frame/menu.tsx'
import { Question } from '../frame/question.tsx'
import { ResetLinkDialog } from './reset-link-dialog.tsx'

const questions = {
  raise: { change: { is_administrator: true }, isDangerous: false, Icon: IconShield },
  lower: { change: { is_administrator: false }, isDangerous: true, Icon: IconShieldOff },
  disable: { change: { disabled: true }, isDangerous: true, Icon: IconBan },
  enable: { change: { disabled: false }, isDangerous: false, Icon: IconCircleCheck },
} as const

type Asked = keyof typeof questions

/** What an administrator may do about one person; each is asked about first. */
export const PersonMenu = ({ person }: { person: PersonDetails }) => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<Asked>()
  const [wantsLink, setWantsLink] = useState(false)
  const update = useMutation({
    mutationFn: (what: Asked) => administrationGateway.updatePerson(person.id, questions[what].change),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: administrationQueries.people.queryKey })
      void queryClient.invalidateQueries({ queryKey: queries.me.queryKey })
      setAsked(undefined)
    },
  })
  const name = person.name || person.username
  const offered: Asked[] = [person.is_administrator ? 'lower' : 'raise', person.disabled ? 'enable' : 'disable']
  return (
    <>
      <Menu
        label={t('people.actions', { name })}
        target={props => (
          <ActionIcon variant="default" size={32} aria-label={t('people.actions', { name })} {...props}>
            <IconDots size={17} aria-hidden />
          </ActionIcon>
        )}
      >
        {offered.map(what => {
          const { Icon } = questions[what]
          return (
            <MenuItem
              key={what}
              icon={<Icon size={16} stroke={1.7} aria-hidden />}
              onSelect={() => {
                update.reset()
                setAsked(what)
              }}
            >
              {t(`people.do_${what}`)}
            </MenuItem>
          )
        })}
        {person.can_sign_in && (
          <MenuItem icon={<IconKey size={16} stroke={1.7} aria-hidden />} onSelect={() => setWantsLink(true)}>
            {t('people.reset_link')}
          </MenuItem>
        )}
      </Menu>
      <Question
        title={asked === undefined ? '' : t(`people.ask_${asked}`, { name })}
        text={asked === undefined ? '' : t(`people.text_${asked}`)}
        action={asked === undefined ? '' : t(`people.do_${asked}`)}
        isDangerous={asked !== undefined && questions[asked].isDangerous}
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        onConfirm={() => asked && update.mutate(asked)}
        mutation={update}
      />
      {wantsLink && <ResetLinkDialog person={person} onClose={() => setWantsLink(false)} />}
    </>
  )
}
