import { fileURLToPath } from 'node:url'
import { quote } from '../certbot-arguments.ts'

/** The script that certbot starts: our hook, by the Node that runs us, with no data of anybody's in it. */
export const renderHook = (): string =>
  [
    '#!/bin/sh',
    '# Made by Parcela: started by certbot to publish what a certificate authority asks for.',
    `exec ${quote(process.execPath)} ${quote(fileURLToPath(new URL('main.ts', import.meta.url)))} "$1"`,
    '',
  ].join('\n')
