import type { Language, TeamRole } from '@parcela/contract'
import type { Approval, Resources } from '@parcela/core'

type Words = {
  greeting: (name: string) => string
  ignore: string
  reset: { subject: string; text: string; lifetime: string }
  verify: { subject: string; text: string; lifetime: string }
  invitation: { subject: (team: string) => string; text: (team: string, role: string) => string; lifetime: string }
  roles: Record<TeamRole, string>
  asked: {
    subject: (count: number, service: string) => string
    text: string
    line: Record<Approval['kind'], (who: string, service: string, team: string) => string>
    more: (count: number) => string
    decide: string
  }
  decided: {
    subject: (service: string, isApproved: boolean) => string
    approved: (service: string) => string
    refused: (service: string) => string
    reason: string
    given: string
    see: string
  }
  resources: (resources: Resources) => string
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
    asked: {
      subject: (count, service) =>
        count === 1
          ? `Parcela: "${service}" waits for your approval`
          : `Parcela: ${count} requests wait for your approval`,
      text: 'This waits for an administrator, and nothing of it runs before:',
      line: {
        create: (who, service, team) => `${who} asks for "${service}" in the team "${team}"`,
        change: (who, service, team) => `${who} asks for more for "${service}" of the team "${team}"`,
      },
      more: count => `and ${count} more`,
      decide: 'Approve, also with less, or refuse here:',
    },
    decided: {
      subject: (service, isApproved) => `Parcela: "${service}" was ${isApproved ? 'approved' : 'refused'}`,
      approved: service => `What you asked for "${service}" was approved.`,
      refused: service => `What you asked for "${service}" was refused.`,
      reason: 'The reason that was given:',
      given: 'It has now:',
      see: 'See it here:',
    },
    resources: ({ cpus, ram_mb, storage_gb }) => `${cpus} cores, ${ram_mb} MB of memory, ${storage_gb} GB of storage`,
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
    asked: {
      subject: (count, service) =>
        count === 1
          ? `Parcela: «${service}» espera tu aprobación`
          : `Parcela: ${count} peticiones esperan tu aprobación`,
      text: 'Esto espera a un administrador, y nada de ello funciona antes:',
      line: {
        create: (who, service, team) => `${who} pide «${service}» en el equipo «${team}»`,
        change: (who, service, team) => `${who} pide más para «${service}» del equipo «${team}»`,
      },
      more: count => `y ${count} más`,
      decide: 'Aprueba, también con menos, o rechaza aquí:',
    },
    decided: {
      subject: (service, isApproved) => `Parcela: se ${isApproved ? 'aprobó' : 'rechazó'} «${service}»`,
      approved: service => `Se aprobó lo que pediste para «${service}».`,
      refused: service => `Se rechazó lo que pediste para «${service}».`,
      reason: 'El motivo que se dio:',
      given: 'Ahora tiene:',
      see: 'Míralo aquí:',
    },
    resources: ({ cpus, ram_mb, storage_gb }) =>
      `${cpus} núcleos, ${ram_mb} MB de memoria, ${storage_gb} GB de almacenamiento`,
  },
}
