import type { Route } from '@parcela/core'
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

type Row = Selectable<Schema['routes']>

export const toRoute = (row: Row): Route => ({
  host: row.host,
  service_id: row.service_id,
  state: row.state,
  upstream:
    row.upstream_address === null || row.upstream_port === null
      ? null
      : { address: row.upstream_address, port: row.upstream_port },
  release_id: row.release_id,
  redirect_to: row.redirect_to,
  policy: { https_redirect: row.https_redirect, hsts: row.hsts, edge_class: row.edge_class },
})

export const toRouteRow = (route: Route): Row => ({
  service_id: route.service_id,
  host: route.host,
  state: route.state,
  upstream_address: route.upstream?.address ?? null,
  upstream_port: route.upstream?.port ?? null,
  release_id: route.release_id,
  redirect_to: route.redirect_to,
  ...route.policy,
})
