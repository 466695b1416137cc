import type { Route } from '@parcela/contract'
import { rights } from '@parcela/core'

/** Refuses to start with a route whose permission is not in the table of rights: nobody could tell who may use it. */
export const requirePermission = ({ method, path, permission }: Route): void => {
  if (permission === 'public' || Object.hasOwn(rights, permission)) return
  throw new Error(
    `${method} ${path} asks for the permission "${permission}", which is not in core/model/permission.ts; add it there`,
  )
}
