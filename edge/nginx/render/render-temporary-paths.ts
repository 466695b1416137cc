const kinds = { client_body: 'body', proxy: 'proxy', fastcgi: 'fastcgi', uwsgi: 'uwsgi', scgi: 'scgi' }

/** nginx makes all of these folders at every start, in places that only root may write to unless told otherwise. */
export const renderTemporaryPaths = (directory: string): string =>
  Object.entries(kinds)
    .map(([kind, folder]) => `  ${kind}_temp_path "${directory}/temporary/${folder}";`)
    .join('\n')
