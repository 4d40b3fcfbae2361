/** The upstream: 901 bytes of JSON, about the size of one MOC, from the cheapest server that Node has. */
import { createServer } from 'node:http';

const BODY = JSON.stringify({ title: 'Harbour crane', text: 'x'.repeat(865) });

createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY);
}).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
