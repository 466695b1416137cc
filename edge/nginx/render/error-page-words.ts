export type PageName =
  | 'unknown'
  | 'starting'
  | 'stopped'
  | 'failed'
  | 'maintenance'
  | 'unreachable'
  | 'slow'
  | 'too-large'
  | 'busy'
  | 'malformed'
  | 'gateway'

export type PageWords = { title: string; text: string; next: string }

/** What the edge's own pages say. Written, not translated: both languages are originals. */
export const errorPageWords: Record<'en' | 'es', Record<PageName, PageWords>> = {
  en: {
    unknown: {
      title: 'There is no site here',
      text: 'No site has this address.',
      next: 'Check the spelling. If the site is yours, look at its address on the page where you published it.',
    },
    starting: {
      title: 'This site is starting',
      text: 'It will be here in a few seconds.',
      next: 'This page looks again by itself.',
    },
    stopped: {
      title: 'This site is resting',
      text: 'Its owner has stopped it for now.',
      next: 'If it is yours, start it from its page.',
    },
    failed: {
      title: 'This site could not start',
      text: 'Something in it ended before it could answer.',
      next: 'If it is yours, its page shows the step that failed and the last lines of its log.',
    },
    maintenance: {
      title: 'This site is being worked on',
      text: 'Its owner has closed it for a while.',
      next: 'Come back in a few minutes.',
    },
    unreachable: {
      title: 'This site is not answering',
      text: 'It is running, but the connection to it broke.',
      next: 'Try again in a moment. If it is yours, its log says more.',
    },
    slow: {
      title: 'This site took too long',
      text: 'It did not answer in the time we wait.',
      next: 'Try again in a moment. If it is yours, its log says more.',
    },
    'too-large': {
      title: 'That is too large',
      text: 'What was sent is larger than this address accepts.',
      next: 'Send a smaller file, or several.',
    },
    busy: {
      title: 'Too much at once',
      text: 'This site received more requests than it takes.',
      next: 'Wait a few seconds and try again.',
    },
    malformed: {
      title: 'This request cannot be read',
      text: 'Its address or its cookies are too long, or something on the way changed it.',
      next: 'Delete the cookies of this site in your browser and try again.',
    },
    gateway: {
      title: 'Parcela is restarting',
      text: 'Published sites stay online meanwhile.',
      next: 'This page looks again by itself.',
    },
  },
  es: {
    unknown: {
      title: 'Aquí no hay ningún sitio',
      text: 'Ningún sitio tiene esta dirección.',
      next: 'Revisa cómo está escrita. Si el sitio es tuyo, mira su dirección en la página donde lo publicaste.',
    },
    starting: {
      title: 'Este sitio está arrancando',
      text: 'Estará aquí en unos segundos.',
      next: 'Esta página vuelve a mirar sola.',
    },
    stopped: {
      title: 'Este sitio está en pausa',
      text: 'Su dueño lo ha detenido por ahora.',
      next: 'Si es tuyo, arráncalo desde su página.',
    },
    failed: {
      title: 'Este sitio no pudo arrancar',
      text: 'Algo en él terminó antes de poder responder.',
      next: 'Si es tuyo, su página muestra el paso que falló y las últimas líneas de su registro.',
    },
    maintenance: {
      title: 'Este sitio está en obras',
      text: 'Su dueño lo ha cerrado por un rato.',
      next: 'Vuelve dentro de unos minutos.',
    },
    unreachable: {
      title: 'Este sitio no responde',
      text: 'Está en marcha, pero la conexión con él se cortó.',
      next: 'Prueba de nuevo en un momento. Si es tuyo, su registro dice más.',
    },
    slow: {
      title: 'Este sitio tardó demasiado',
      text: 'No respondió en el tiempo que esperamos.',
      next: 'Prueba de nuevo en un momento. Si es tuyo, su registro dice más.',
    },
    'too-large': {
      title: 'Eso es demasiado grande',
      text: 'Lo que se envió es mayor de lo que esta dirección acepta.',
      next: 'Envía un archivo más pequeño, o varios.',
    },
    busy: {
      title: 'Demasiado a la vez',
      text: 'Este sitio ha recibido más peticiones de las que admite.',
      next: 'Espera unos segundos y prueba de nuevo.',
    },
    malformed: {
      title: 'Esta petición no se entiende',
      text: 'Su dirección o sus cookies son demasiado largas, o algo la cambió por el camino.',
      next: 'Borra las cookies de este sitio en tu navegador y prueba de nuevo.',
    },
    gateway: {
      title: 'Parcela se está reiniciando',
      text: 'Mientras tanto, los sitios publicados siguen en línea.',
      next: 'Esta página vuelve a mirar sola.',
    },
  },
}
