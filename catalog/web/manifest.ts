import type { FormatManifest } from '@parcela/contract'
import { z } from 'zod'
import { placeholder } from './placeholder.ts'
import { siteWarnings } from './site-warnings.ts'

/** A static web site, served by Apache. */
export const web: FormatManifest = {
  id: 'web',
  service_type: 'docker',
  title: { en: 'Web site', es: 'Sitio web' },
  description: {
    en: 'A folder of files (HTML, styles, images), served by Apache at its own address.',
    es: 'Una carpeta de archivos (HTML, estilos, imágenes), servida por Apache en su propia dirección.',
  },
  takes_files: true,
  resources: {
    storage_gb: { minimum: 1, default: 1, maximum: 100 },
    ram_mb: { minimum: 64, default: 128, maximum: 8192 },
    cpus: { minimum: 0.1, default: 0.5, maximum: 8 },
  },
  requirements: z.strictObject({}),
  container: {
    base: {
      files: ['Dockerfile', 'httpd.conf', 'not-found.html'],
      folder: new URL('./', import.meta.url),
    },
    // Copied as root: the server, which is not, can only read them.
    dockerfile: base => `FROM ${base}\nCOPY site/ /srv/www/\n`,
    placeholder,
    port: 8080,
    health_path: '/',
    tmpfs: { '/run/apache': 1, '/tmp': 8 },
    pids_limit: 128,
    stop_signal: 'SIGWINCH',
    drain_seconds: 25,
    warnings: siteWarnings,
  },
}
