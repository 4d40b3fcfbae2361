/** The floor of any proxy on Node: its own server and undici, without any checks. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.env['UPSTREAM_URL'] ?? '', { connections: 256 });

createServer((request, response) => {
  pool.stream(
    { path: request.url ?? '/', method: 'GET', headers: { accept: 'application/json' } },
    ({ statusCode, headers }) => response.writeHead(statusCode, headers),
    (error) => {
      if (error !== null) response.destroy();
    },
  );
}).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
