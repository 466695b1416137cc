import type { Socket } from 'node:net'
import { AppError, errorAnswerOf } from '@parcela/contract'

type Broken = Error & { code?: string }

const statusLines: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is not HTTP never becomes a request: answered here, in the contract's shape and without a word about what answers. */
export const createAnswerBrokenRequest =
  (newRequestId: () => string) =>
  (error: Broken, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const body = JSON.stringify(
      errorAnswerOf(new AppError('invalid', 'The request is not valid HTTP.'), newRequestId()),
    )
    const head = [
      `HTTP/1.1 ${statusLines[error.code ?? ''] ?? '400 Bad Request'}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
