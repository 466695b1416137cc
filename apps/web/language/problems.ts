/**
 * The sentences of the contract's schemas and of the server about fields and files, in the page's words. They are looked up by the sentence
 * itself, so that what the page checks and what the server answers read the same; a test goes through the schemas and finds those without
 * an entry, and the browser tests hand in what the server refuses.
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
  'is a symbolic link; put the file itself into the archive': {
    en: 'it is a link to another place. Put the file itself into the archive.',
    es: 'es un enlace a otro lugar. Mete en el archivo comprimido el fichero de verdad.',
  },
  'is a hard link; put the file itself into the archive': {
    en: 'it is a link to another place. Put the file itself into the archive.',
    es: 'es un enlace a otro lugar. Mete en el archivo comprimido el fichero de verdad.',
  },
  'is a device; only files and folders can be published': {
    en: 'it is a device. Only files and folders can be published.',
    es: 'es un dispositivo. Solo se pueden publicar archivos y carpetas.',
  },
  'is a named pipe; only files and folders can be published': {
    en: 'it is a pipe between programs. Only files and folders can be published.',
    es: 'es una tubería entre programas. Solo se pueden publicar archivos y carpetas.',
  },
  'is a socket; only files and folders can be published': {
    en: 'it is a socket. Only files and folders can be published.',
    es: 'es un socket. Solo se pueden publicar archivos y carpetas.',
  },
  'is neither a file nor a folder': {
    en: 'it is neither a file nor a folder.',
    es: 'no es ni un archivo ni una carpeta.',
  },
  'is encrypted; make the archive without a password': {
    en: 'it is encrypted. Make the archive without a password.',
    es: 'está cifrado. Comprime sin contraseña.',
  },
  'is compressed in an unusual way; make the archive with "deflate", the default': {
    en: 'it is compressed in an unusual way. Make the archive with “deflate”, the default.',
    es: 'está comprimido de una forma poco común. Comprime con «deflate», lo normal.',
  },
  'is not a zip archive, or it is damaged or incomplete': {
    en: 'it is not a .zip, or it is damaged or incomplete. Make it again.',
    es: 'no es un .zip, o está dañado o incompleto. Hazlo otra vez.',
  },
  'is not a gzip-compressed tar archive, or it is damaged or incomplete': {
    en: 'it is not a .tar.gz, or it is damaged or incomplete. Make it again.',
    es: 'no es un .tar.gz, o está dañado o incompleto. Hazlo otra vez.',
  },
  'is there twice, or is both a file and a folder': {
    en: 'it is there twice, or is both a file and a folder.',
    es: 'está dos veces, o es a la vez archivo y carpeta.',
  },
  'the upload is empty; there is nothing to publish': {
    en: 'There is nothing to publish in it. Choose a folder with files.',
    es: 'Dentro no hay nada que publicar. Elige una carpeta con archivos.',
  },
  'none were sent; there is nothing to publish': {
    en: 'No files arrived. Choose a folder with files.',
    es: 'No llegó ningún archivo. Elige una carpeta con archivos.',
  },
  'is less than the published files need': {
    en: 'That is less than the published files need.',
    es: 'Es menos de lo que ocupan los archivos publicados.',
  },
  'A newer change takes its place.': {
    en: 'A newer change takes its place.',
    es: 'Un cambio más nuevo ocupa su lugar.',
  },
  'is empty': {
    en: 'Write something here.',
    es: 'Escribe algo aquí.',
  },
  'must be text': {
    en: 'Write something here.',
    es: 'Escribe algo aquí.',
  },
  'is a wildcard; those are not offered, because each name is proved and certified by itself: add the names one by one':
    {
      en: 'Names with * are not offered, because each one is certified by itself. Add them one by one.',
      es: 'No se admiten nombres con *, porque cada uno se certifica aparte. Añádelos uno a uno.',
    },
  'is an IP address; a name is needed, such as www.example.org': {
    en: 'This is an IP address. Write a name, such as www.example.org.',
    es: 'Es una dirección IP. Escribe un nombre, como www.example.org.',
  },
  'must be the name alone, without https://, port and path, such as www.example.org': {
    en: 'Write the name alone, without https:// and without what comes after it: www.example.org.',
    es: 'Escribe solo el nombre, sin https:// y sin lo que va detrás: www.example.org.',
  },
  'may only hold letters, digits, hyphens and dots': {
    en: 'Only letters, digits, hyphens and dots work in a domain.',
    es: 'En un dominio solo valen letras, cifras, guiones y puntos.',
  },
  'is not a name that can be in DNS': {
    en: 'A name like this cannot exist in DNS. Check how it is written.',
    es: 'Un nombre así no puede existir en DNS. Revisa cómo está escrito.',
  },
  'has nothing between two dots': {
    en: 'There is nothing between two of its dots.',
    es: 'Entre dos de sus puntos no hay nada.',
  },
  'is longer than 253 characters': {
    en: 'Use at most 253 characters.',
    es: 'Usa como mucho 253 caracteres.',
  },
  'has a part between dots that is longer than 63 characters': {
    en: 'Between two dots there can be at most 63 characters.',
    es: 'Entre dos puntos caben como mucho 63 caracteres.',
  },
  'has a part between dots that begins or ends with a hyphen': {
    en: 'Next to a dot there cannot be a hyphen.',
    es: 'Junto a un punto no puede haber un guion.',
  },
  'has one part only; a domain has two or more, such as example.org': {
    en: 'A domain has two parts or more, such as example.org.',
    es: 'Un dominio tiene dos partes o más, como example.org.',
  },
  'ends in a number, which no domain does': {
    en: 'No domain ends in a number. Check how it is written.',
    es: 'Ningún dominio termina en un número. Revisa cómo está escrito.',
  },
  'is not a domain name': {
    en: 'This is no domain. Write one such as www.example.org.',
    es: 'No es un dominio. Escribe uno como www.example.org.',
  },
  'is a public suffix: others have their domains below it; add one of those': {
    en: 'Many people have their domains below this name. Write the one that is yours.',
    es: 'Debajo de este nombre tienen su dominio muchas personas. Escribe el que es tuyo.',
  },
  'is a domain of this service already': {
    en: 'The site has this domain already.',
    es: 'El sitio ya tiene este dominio.',
  },
  'belongs to another service': {
    en: 'It belongs to another site, whose team showed that it is theirs. Remove it there, or take away the records that lead there, and add it again.',
    es: 'Es de otro sitio, cuyo equipo mostró que es suyo. Quítalo allí, o quita los registros que llevan allí, y añádelo otra vez.',
  },
  'may hold ASCII letters, digits and signs only; write other domains as xn--...': {
    en: 'Plain letters, digits and signs only; other domains are written as xn--...',
    es: 'Solo letras sin acentos, cifras y signos; otros dominios se escriben xn--...',
  },
  'must have at most 254 characters': {
    en: 'Use at most 254 characters.',
    es: 'Usa como mucho 254 caracteres.',
  },
  'must have at most 64 characters before the @': {
    en: 'Use at most 64 characters before the @.',
    es: 'Usa como mucho 64 caracteres antes de la @.',
  },
  'must be an e-mail address, such as ana@example.org': {
    en: 'Write a full e-mail address, such as ana@example.org.',
    es: 'Escribe un correo completo, como ana@example.org.',
  },
  'must have at least 1 character': {
    en: 'Write something here.',
    es: 'Escribe algo aquí.',
  },
  'must have at most 64 characters': {
    en: 'Use at most 64 characters.',
    es: 'Usa como mucho 64 caracteres.',
  },
  'must have at most 128 characters': {
    en: 'Use at most 128 characters.',
    es: 'Usa como mucho 128 caracteres.',
  },
  'must be en or es': {
    en: 'Choose English or Spanish.',
    es: 'Elige inglés o español.',
  },
  'is not the token of an invitation; copy the whole link': {
    en: 'The link is not complete. Copy the whole link.',
    es: 'El enlace no está completo. Cópialo entero.',
  },
  'is not yours; write it out to say that you mean it': {
    en: 'This is not your username.',
    es: 'Ese no es tu nombre de usuario.',
  },
  'is a service of another team than team_id': {
    en: 'The site belongs to another team. Choose again.',
    es: 'El sitio es de otro equipo. Elige otra vez.',
  },
  'is that of a member of the team': {
    en: 'That person is in the team already.',
    es: 'Esa persona ya está en el equipo.',
  },
  'must be owner, developer or viewer': {
    en: 'The role is owner, developer or viewer.',
    es: 'El rol es owner, developer o viewer.',
  },
  'is a member of the team already': { en: 'Is in the team already.', es: 'Ya está en el equipo.' },
  'no e-mail address is here': { en: 'There is no e-mail address here.', es: 'Aquí no hay ningún correo.' },
  'a quotation mark is opened and not closed': {
    en: 'A quotation mark is opened and not closed.',
    es: 'Se abren unas comillas y no se cierran.',
  },
  'must have at most 200,000 characters': {
    en: 'The list is too long; invite in several goes.',
    es: 'La lista es demasiado larga; invita en varias tandas.',
  },
  'is longer than 64 characters': { en: 'Use at most 64 characters.', es: 'Usa como mucho 64 caracteres.' },
  'may not hold invisible characters': {
    en: 'It holds an invisible character. Write it again.',
    es: 'Lleva un carácter invisible. Escríbelo otra vez.',
  },
  'needs a letter or a digit': { en: 'It needs a letter or a digit.', es: 'Necesita una letra o una cifra.' },
  'mixes letters of several scripts that look alike; use one': {
    en: 'It mixes letters of several alphabets that look alike. Use one.',
    es: 'Mezcla letras de varios alfabetos que se parecen. Usa uno.',
  },
  'must be a word of letters a-z, digits and hyphens': {
    en: 'Use letters a–z, digits and hyphens.',
    es: 'Usa letras de la a a la z, cifras y guiones.',
  },
  'may not be negative': { en: 'Not less than 0.', es: 'No menos de 0.' },
  'must be a whole number': { en: 'Write a whole number.', es: 'Escribe un número entero.' },
  'must be a number': { en: 'Write a number.', es: 'Escribe un número.' },
  'must be at least 1': { en: 'At least 1.', es: 'Al menos 1.' },
  'is empty; say why': { en: 'Say why.', es: 'Di por qué.' },
  'is longer than 500 characters': { en: 'Use at most 500 characters.', es: 'Usa como mucho 500 caracteres.' },
  'looks the same as the name of another team; choose another': {
    en: 'Another team is called like this, or looks the same. Choose another name.',
    es: 'Otro equipo se llama así, o se ve igual. Elige otro nombre.',
  },
  'is needed: write yours to say that it is you': {
    en: 'Write your password, to say that it is you.',
    es: 'Escribe tu contraseña, para decir que eres tú.',
  },
  'is not yours': { en: 'That is not your password.', es: 'Esa no es tu contraseña.' },
}
