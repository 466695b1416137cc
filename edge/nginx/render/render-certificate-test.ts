import { renderTemporaryPaths } from './render-temporary-paths.ts'

/** A configuration for `nginx -t` alone: whether nginx would serve this certificate. Opens no port. */
export const renderCertificateTest = ({
  directory,
  file,
  socket,
}: {
  directory: string
  file: string
  socket: string
}): string => `pid "${directory}/temporary/test.pid";
error_log stderr;
events {
}
http {
  access_log off;
${renderTemporaryPaths(directory)}
  server {
    listen "unix:${socket}" ssl;
    ssl_certificate "${file}";
    ssl_certificate_key "${file}";
  }
}
`
