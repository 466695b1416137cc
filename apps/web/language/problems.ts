/**
 * The sentences of the contract's schemas, in the page's words. They are looked up by the sentence itself, so that what the page checks
 * and what the server answers read the same; a test goes through the schemas and finds those without an entry.
 */
export const problems: Record<string, { en: string; es: string }> = {
  'is empty; use letters a-z, digits and hyphens': {
    en: 'Give it a name: letters a–z, digits and hyphens.',
    es: 'Ponle un nombre: letras de la a a la z, cifras y guiones.',
  },
  'is longer than 63 characters': { en: 'Use at most 63 characters.', es: 'Usa como mucho 63 caracteres.' },
  'may only hold the letters a-z, digits and hyphens': {
    en: 'Only the letters a–z, digits and hyphens work in an address.',
    es: 'En una dirección solo valen las letras de la a a la z, cifras y guiones.',
  },
  'may not begin with a hyphen': { en: 'It cannot begin with a hyphen.', es: 'No puede empezar por un guion.' },
  'may not end with a hyphen': { en: 'It cannot end with a hyphen.', es: 'No puede terminar en un guion.' },
  'may not have two hyphens in third and fourth place': {
    en: 'It cannot have two hyphens in third and fourth place: browsers read those as another alphabet.',
    es: 'No puede llevar dos guiones en tercer y cuarto lugar: los navegadores los leen como otro alfabeto.',
  },
  'is reserved for the platform; choose another name': {
    en: 'The platform keeps this name for itself. Choose another.',
    es: 'La plataforma se reserva este nombre. Elige otro.',
  },
  'must be a whole number of GiB': { en: 'Write a whole number of GiB.', es: 'Escribe un número entero de GiB.' },
  'must be at least 1 GiB': { en: 'At least 1 GiB.', es: 'Al menos 1 GiB.' },
  'must be at most 16384 GiB': { en: 'At most 16,384 GiB.', es: 'Como mucho 16 384 GiB.' },
  'must be a whole number of MiB': { en: 'Write a whole number of MiB.', es: 'Escribe un número entero de MiB.' },
  'must be at least 16 MiB': { en: 'At least 16 MiB.', es: 'Al menos 16 MiB.' },
  'must be at most 4194304 MiB': { en: 'At most 4,194,304 MiB.', es: 'Como mucho 4 194 304 MiB.' },
  'must be a number of cores, such as 0.5': {
    en: 'Write a number of cores, such as 0.5.',
    es: 'Escribe un número de núcleos, como 0,5.',
  },
  'must be at least 0.1': { en: 'At least 0.1 cores.', es: 'Al menos 0,1 núcleos.' },
  'must be at most 256': { en: 'At most 256 cores.', es: 'Como mucho 256 núcleos.' },
  'the name is empty': { en: 'A file has no name.', es: 'Un archivo no tiene nombre.' },
  'absolute paths are not accepted; use a path relative to the folder': {
    en: 'the path begins at the root of a disk; it has to stay inside the folder.',
    es: 'la ruta empieza en la raíz de un disco; tiene que quedarse dentro de la carpeta.',
  },
  'backslashes are not accepted; separate folders with /': {
    en: 'the name holds a backslash (\\). Rename the file.',
    es: 'el nombre lleva una barra invertida (\\). Cambia el nombre del archivo.',
  },
  'control characters (such as a line break) are not accepted in names': {
    en: 'the name holds a line break or another invisible character. Rename the file.',
    es: 'el nombre lleva un salto de línea u otro carácter invisible. Cambia el nombre del archivo.',
  },
  'the name is not valid Unicode': {
    en: 'the name is not valid Unicode. Rename the file.',
    es: 'el nombre no es Unicode válido. Cambia el nombre del archivo.',
  },
  '"." and ".." are not accepted: the file would leave its folder': {
    en: 'the path leads out of the folder.',
    es: 'la ruta sale de la carpeta.',
  },
  'a folder in the path has no name': {
    en: 'a folder in the path has no name.',
    es: 'una carpeta de la ruta no tiene nombre.',
  },
  'a name is longer than 255 bytes': {
    en: 'the name is too long. Shorten it to less than 255 bytes.',
    es: 'el nombre es demasiado largo. Acórtalo a menos de 255 bytes.',
  },
  'the path is longer than 1024 bytes': {
    en: 'the path is too long. Shorten it to less than 1,024 bytes.',
    es: 'la ruta es demasiado larga. Acórtala a menos de 1024 bytes.',
  },
}
