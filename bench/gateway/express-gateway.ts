/** express-gateway with its proxy policy and nothing else, configured by files as it requires. */
import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Gateway = () => { load: (folder: string) => { run: () => Promise<unknown> } };

// Not imported: its types, where they are installed, would widen Express's requests for the whole workspace.
const load = createRequire(import.meta.url);
const gateway = load('express-gateway') as Gateway;

/** express-gateway reads the folder of its settings when it is loaded. */
const folder = process.env['EG_CONFIG_DIR'] ?? '';
const models = load.resolve('express-gateway/lib/config/models/users.json');
const settings = {
  http: { port: Number(process.env['PORT']), hostname: '127.0.0.1' },
  apiEndpoints: { mocs: { host: '*', paths: '/api/mocs*' } },
  serviceEndpoints: { mocs: { url: process.env['UPSTREAM_URL'] } },
  policies: ['proxy'],
  pipelines: {
    mocs: { apiEndpoints: ['mocs'], policies: [{ proxy: [{ action: { serviceEndpoint: 'mocs' } }] }] },
  },
};
const system = {
  db: { redis: { emulate: true, namespace: 'EG' } },
  crypto: { cipherKey: 'bench', algorithm: 'aes256', saltRounds: 10 },
  session: { secret: 'bench', resave: false, saveUninitialized: false },
  accessTokens: { timeToExpiry: 7_200_000 },
  refreshTokens: { timeToExpiry: 7_200_000 },
  authorizationCodes: { timeToExpiry: 300_000 },
};
cpSync(join(models, '..'), join(folder, 'models'), { recursive: true });
// JSON is YAML too.
writeFileSync(join(folder, 'gateway.config.yml'), JSON.stringify(settings));
writeFileSync(join(folder, 'system.config.yml'), JSON.stringify(system));
await gateway().load(folder).run();
process.once('disconnect', () => process.exit(0)).once('SIGTERM', () => process.exit(0));
