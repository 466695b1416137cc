export type ServerEvent = { id: string; event: string; data: string }

/** The events of a text/event-stream body, as they come (HTML, "server-sent events"). Comments are left out. */
export const readServerEvents = async function* (body: AsyncIterable<Uint8Array>): AsyncIterable<ServerEvent> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const part of body) {
    pending += decoder.decode(part, { stream: true })
    const blocks = pending.split(/\r?\n\r?\n/)
    pending = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

const parseBlock = (block: string): ServerEvent | undefined => {
  const event: ServerEvent = { id: '', event: 'message', data: '' }
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    if (field === 'data') data.push(value ?? '')
    if (field === 'id' || field === 'event') event[field] = value ?? ''
  }
  return data.length > 0 ? { ...event, data: data.join('\n') } : undefined
}
