import { AppError } from '@parcela/contract'
import { printLine } from '../terminal/terminal.ts'
import type { Context } from './context.ts'

/** Prints how to make this machine and its browsers trust the certificates of a local Parcela. Changes nothing by itself. */
export const trust = (context: Context): void => {
  const { caFile } = context.local
  if (!caFile)
    throw new AppError(
      'not_found',
      'No CA was found here. Start Parcela first (bin/up), or copy ca.pem from the server and set PARCELA_HOME to the folder that holds it.',
    )
  printLine(context.terminal.output, instructions(caFile))
}

const instructions = (ca: string): string => `The certificates of your Parcela are signed by its own CA:
  ${ca}
It was made on that machine and can sign names of your Parcela only. To trust it:

Debian, Ubuntu
  sudo cp ${ca} /usr/local/share/ca-certificates/parcela.crt
  sudo update-ca-certificates

Fedora, RHEL
  sudo cp ${ca} /etc/pki/ca-trust/source/anchors/parcela.pem
  sudo update-ca-trust

macOS
  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${ca}

Windows (as administrator)
  certutil -addstore Root ca.pem

Chrome and Chromium on Linux (package libnss3-tools; as yourself)
  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Parcela -i ${ca}

Firefox
  Settings > Privacy & Security > Certificates > View Certificates > Authorities > Import

curl, once
  curl --cacert ${ca} https://...`
