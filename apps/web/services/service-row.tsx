import type { ServiceAnswer } from '@parcela/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PlotPicture } from '../brand/plot-picture.tsx'
import { teamQueries } from '../client/teams.ts'
import { Moment } from '../frame/moment.tsx'
import { explainReason } from '../language/explain-reason.ts'
import { AddressActions, showAddress } from '../service/address-actions.tsx'
import { StatusWord } from '../service/status-word.tsx'
import classes from './service-row.module.css'

/** One site in the list; the whole row leads to it. */
export const ServiceRow = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const { data: teams = [] } = useQuery(teamQueries.own)
  const team = teams.find(({ id }) => id === service.team_id)
  return (
    <li className={classes.row}>
      <PlotPicture name={service.name} size={42} />
      <div className={classes.name}>
        <Link to="/services/$serviceId" params={{ serviceId: service.id }}>
          {service.name}
        </Link>
        <span>{showAddress(service.url)}</span>
      </div>
      <div className={classes.status}>
        <StatusWord status={service.status} />
        {service.status === 'failed' && service.status_reason !== null && (
          <span>{explainReason(service.status_reason, t)}</span>
        )}
      </div>
      <div className={classes.publish}>
        <span>
          {service.published_at === null ? t('services.never_published') : <Moment time={service.published_at} />}
        </span>
        <span className={classes.who}>
          {team === undefined || team.is_personal ? service.username : team.name} ·{' '}
          {service.service_format === 'web' ? t('services.format_web') : service.service_format}
        </span>
      </div>
      <div className={classes.actions}>
        <AddressActions url={service.url} />
      </div>
    </li>
  )
}
