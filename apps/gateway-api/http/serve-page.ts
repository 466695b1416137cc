import { existsSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from '../errors/handle-errors.ts'

/** Serves the built page. Every address that is not a file and not the API's is the page, which has its own routes. */
export const servePage = async (app: FastifyInstance, folder: string | undefined): Promise<void> => {
  const root = folder && existsSync(join(folder, 'index.html')) ? resolve(folder) : undefined
  app.setNotFoundHandler((request, reply) => {
    if (root === undefined || !wantsPage(request)) throw notFound()
    reply.sendFile('index.html')
  })
  if (root === undefined) return
  await app.register(staticFiles, {
    root,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      reply.header('cache-control', isHashed(root, path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html')

/** Vite puts a hash of the content into the names below assets/. */
const isHashed = (root: string, path: string): boolean =>
  path.startsWith(join(root, 'assets') + sep) && /-[\w-]{8,}\.\w+$/.test(basename(path))
