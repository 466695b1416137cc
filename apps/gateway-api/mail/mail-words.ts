import type { Language, TeamRole } from '@parcela/contract'

type Words = {
  greeting: (name: string) => string
  ignore: string
  reset: { subject: string; text: string; lifetime: string }
  verify: { subject: string; text: string; lifetime: string }
  invitation: { subject: (team: string) => string; text: (team: string, role: string) => string; lifetime: string }
  roles: Record<TeamRole, string>
}

/** What the mails say. */
export const mailWords: Record<Language, Words> = {
  en: {
    greeting: name => `Hello ${name},`,
    ignore: 'If you did not ask for this, do nothing: nothing changes.',
    reset: {
      subject: 'A new password for Parcela',
      text: 'Set a new password here:',
      lifetime: 'The link works once, for one hour.',
    },
    verify: {
      subject: 'Confirm your e-mail address for Parcela',
      text: 'Confirm that this is your address:',
      lifetime: 'The link works for one hour.',
    },
    invitation: {
      subject: team => `Invitation to the team "${team}" on Parcela`,
      text: (team, role) => `You are invited to the team "${team}" as ${role}. Accept here:`,
      lifetime: 'The link works once, for 14 days.',
    },
    roles: { owner: 'an owner', developer: 'a developer', viewer: 'a viewer' },
  },
  es: {
    greeting: name => `Hola, ${name}:`,
    ignore: 'Si no lo has pedido, no hagas nada: nada cambia.',
    reset: {
      subject: 'Una contraseña nueva para Parcela',
      text: 'Pon aquí una contraseña nueva:',
      lifetime: 'El enlace sirve una vez, durante una hora.',
    },
    verify: {
      subject: 'Confirma tu dirección de correo en Parcela',
      text: 'Confirma que esta dirección es tuya:',
      lifetime: 'El enlace sirve durante una hora.',
    },
    invitation: {
      subject: team => `Invitación al equipo «${team}» en Parcela`,
      text: (team, role) => `Te invitan al equipo «${team}» como ${role}. Acepta aquí:`,
      lifetime: 'El enlace sirve una vez, durante 14 días.',
    },
    roles: { owner: 'propietario', developer: 'desarrollador', viewer: 'lector' },
  },
}
