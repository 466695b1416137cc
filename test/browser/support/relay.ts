import { connect, createServer } from 'node:net'

// Runs inside the browser's own network: hands every connection to this port out through a socket file.
const [port, socket = ''] = process.argv.slice(2)

createServer(incoming => {
  const outgoing = connect(socket)
  incoming.on('error', () => outgoing.destroy())
  outgoing.on('error', () => incoming.destroy())
  incoming.pipe(outgoing).pipe(incoming)
}).listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'))
