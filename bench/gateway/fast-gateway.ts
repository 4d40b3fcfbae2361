/** fast-gateway as in its manual, with one route and nothing else. */
import gateway from 'fast-gateway';

const target = process.env['UPSTREAM_URL'] ?? '';
await gateway({ routes: [{ prefix: '/api/mocs', target }] }).start(Number(process.env['PORT']), '127.0.0.1');
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
