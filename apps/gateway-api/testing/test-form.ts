/** Parts of a multipart request: the document, and files as name and content. */
export type Parts = {
  request?: unknown
  files?: readonly (readonly [name: string, content: string | Buffer])[]
  filesFirst?: boolean
}

export const makeForm = ({ request, files = [], filesFirst = false }: Parts): FormData => {
  const form = new FormData()
  const addRequest = () => {
    if (request !== undefined) form.append('request', JSON.stringify(request))
  }
  if (!filesFirst) addRequest()
  for (const [name, content] of files) form.append('files', new File([new Uint8Array(Buffer.from(content))], name))
  if (filesFirst) addRequest()
  return form
}

/** The form as it goes over the wire. */
export const encodeForm = async (form: FormData): Promise<{ payload: Buffer; headers: Record<string, string> }> => {
  const encoded = new Response(form)
  const payload = Buffer.from(await encoded.arrayBuffer())
  return { payload, headers: { 'content-type': encoded.headers.get('content-type') ?? '' } }
}
