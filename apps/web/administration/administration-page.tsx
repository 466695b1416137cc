import { Button } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { MessagePage } from '../frame/message-page.tsx'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { useTitle } from '../frame/use-title.ts'
import { type AdministrationSection, administrationSections } from '../router.tsx'
import classes from './administration.module.css'
import { AllActivity } from './all-activity.tsx'
import { AllTeams } from './all-teams.tsx'
import { ApprovalList } from './approval-list.tsx'
import { EdgeList } from './edge-list.tsx'
import { NodeList } from './node-list.tsx'
import { Parts } from './parts.tsx'
import { People } from './people.tsx'
import { PlanList } from './plan-list.tsx'
import { PublishedNames } from './published-names.tsx'
import { ShownSettings } from './shown-settings.tsx'

const route = getRouteApi('/signed-in/administration/$section')

const sections: Record<AdministrationSection, ComponentType> = {
  approvals: ApprovalList,
  people: People,
  teams: AllTeams,
  plans: PlanList,
  hosts: NodeList,
  activity: AllActivity,
  dns: PublishedNames,
  edges: EdgeList,
  settings: ShownSettings,
}

/** What only administrators see: a list of parts, and the chosen one. */
export const AdministrationPage = () => {
  const { t } = useTranslation()
  const { section: asked } = route.useParams()
  const { data: me } = useSuspenseQuery(queries.me)
  const section = administrationSections.find(known => known === asked)
  useTitle(section === undefined ? '' : t(`administration.${section}`))
  if (!me.is_administrator) return <NoPermission />
  if (section === undefined) return <NotFoundPage />
  const Part = sections[section]
  return (
    <div className={classes.page}>
      <Parts section={section} />
      <div className={classes.part}>
        <div className={classes.title}>
          <h1>{t(`administration.${section}`)}</h1>
          <p>{t(`administration.${section}_text`)}</p>
        </div>
        <Part key={section} />
      </div>
    </div>
  )
}

const NoPermission = () => {
  const { t } = useTranslation()
  return (
    <MessagePage title={t('administration.no_permission_title')} text={t('administration.no_permission_text')}>
      <Button renderRoot={props => <Link to="/" {...props} />}>{t('frame.to_services')}</Button>
    </MessagePage>
  )
}
