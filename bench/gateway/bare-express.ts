/** The smallest proxy with Express: no token, no limit, no log. */
import { createServer } from 'node:http';
import express from 'express';
import { Pool } from 'undici';

const pool = new Pool(process.env['UPSTREAM_URL'] ?? '', { connections: 256 });

const app = express().use('/api/mocs', (request, response) => {
  pool.stream(
    { path: request.originalUrl, method: 'GET', headers: { accept: 'application/json' } },
    ({ statusCode, headers }) => response.writeHead(statusCode, headers),
    (error) => {
      if (error !== null) response.destroy();
    },
  );
});

createServer(app).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
