/** A collector of traces that reads and forgets: what sending costs is measured at the sender. */
import { createServer } from 'node:http';

createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(202).end());
}).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
