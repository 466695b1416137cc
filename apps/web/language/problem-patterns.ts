type Pattern = { /** The server's sentence, whole. */ says: RegExp; en: string; es: string }

/** The server's sentences that hold a name or a number; `$1` stands for it. Those without are in `problems.ts`. */
export const problemPatterns: readonly Pattern[] = [
  {
    says: /^must be at least ([\d.]+) GiB for this format$/,
    en: 'At least $1 GiB.',
    es: 'Al menos $1 GiB.',
  },
  {
    says: /^must be at most ([\d.]+) GiB for this format$/,
    en: 'At most $1 GiB.',
    es: 'Como mucho $1 GiB.',
  },
  { says: /^must be at least ([\d.]+) MiB for this format$/, en: 'At least $1 MiB.', es: 'Al menos $1 MiB.' },
  { says: /^must be at most ([\d.]+) MiB for this format$/, en: 'At most $1 MiB.', es: 'Como mucho $1 MiB.' },
  { says: /^must be at least ([\d.]+) cores for this format$/, en: 'At least $1 cores.', es: 'Al menos $1 núcleos.' },
  { says: /^must be at most ([\d.]+) cores for this format$/, en: 'At most $1 cores.', es: 'Como mucho $1 núcleos.' },
  { says: /^is taken(; .+ is free)?$/, en: 'This name is taken.', es: 'Este nombre ya tiene dueño.' },
  {
    says: /^the files have ([\d.]+) GiB; ask for more storage or publish less$/,
    en: 'The files have $1 GiB. Choose more disk, or publish less.',
    es: 'Los archivos ocupan $1 GiB. Elige más disco o publica menos.',
  },
  {
    says: /^differs from "(.+)" only in upper and lower case or accents; .*$/,
    en: 'it differs from “$1” only in upper and lower case or accents. Rename one of them.',
    es: 'solo se distingue de «$1» en mayúsculas, minúsculas o acentos. Cambia el nombre de uno.',
  },
  {
    says: /^is there twice, or differs from "(.+)" only in case$/,
    en: 'it is there twice, or differs from “$1” only in upper and lower case.',
    es: 'está dos veces, o solo se distingue de «$1» en mayúsculas y minúsculas.',
  },
  {
    says: /^needs a folder where "(.+)" is a file$/,
    en: 'it needs a folder where “$1” is a file. Rename one of them.',
    es: 'necesita una carpeta donde «$1» es un archivo. Cambia el nombre de uno.',
  },
  {
    says: /^has (\d+) bytes, not (\d+)$/,
    en: 'it changed while it was sent. Publish again.',
    es: 'cambió mientras se enviaba. Publica otra vez.',
  },
  {
    says: /^(.+) is not shown as the front page; name it index\.html\.$/,
    en: '“$1” is not shown as the front page. Name it index.html.',
    es: '«$1» no se muestra como portada. Llámalo index.html.',
  },
  {
    says: /^There is no index\.html at the top: .* does not exist\. There is one in (.+): publish that folder instead\.$/,
    en: 'There is no index.html at the top, so the front page says “not found”. There is one in “$1”: publish that folder instead.',
    es: 'Arriba de todo no hay index.html, y la portada dice «no encontrado». Hay uno en «$1»: publica esa carpeta.',
  },
  {
    says: /^There is no index\.html at the top: .* does not exist\.$/,
    en: 'There is no index.html at the top, so the front page says “not found”. Name your first page index.html.',
    es: 'Arriba de todo no hay index.html, y la portada dice «no encontrado». Llama index.html a tu primera página.',
  },
  {
    says: /^ends in \.(.+), which is not in the DNS of the world$/,
    en: 'Names in .$1 exist only inside one network. Write one that the whole world can find.',
    es: 'Los nombres en .$1 solo existen dentro de una red. Escribe uno que encuentre todo el mundo.',
  },
  {
    says: /^is the platform's own; services have their names below (.+) already$/,
    en: 'This is an address of the platform itself. Sites have their names below $1 already.',
    es: 'Es una dirección de la propia plataforma. Los sitios ya tienen su nombre debajo de $1.',
  },
  {
    says: /^sends its visitors on to (.+); name that one$/,
    en: 'That one sends its visitors on to $1. Choose $1.',
    es: 'Ese envía a sus visitas a $1. Elige $1.',
  },
  {
    says: /^is that of line (\d+) again$/,
    en: 'Is the same address as on line $1.',
    es: 'Es la misma dirección que en la línea $1.',
  },
  {
    says: /^is beyond the (\d+) rows of one import$/,
    en: 'More than $1 people at once are too many; invite in several goes.',
    es: 'Más de $1 personas a la vez son demasiadas; invita en varias tandas.',
  },
  {
    says: /^is more than the ([\d.]+) that were asked for$/,
    en: 'At most $1, as was asked for.',
    es: 'Como mucho $1, lo que se pidió.',
  },
  { says: /^another plan is called (.+)$/, en: 'Another plan is called $1.', es: 'Otro plan se llama $1.' },
]
