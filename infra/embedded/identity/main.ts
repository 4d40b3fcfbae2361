import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { DEV_ISSUER_PORT } from './issue-token.ts';
import { dataDir, ensureKeys } from './keys.ts';
import { identityApi } from './server.ts';

const logger = createLogger('identity', 'warn');

await serve(identityApi(await ensureKeys(dataDir()), logger), {
  port: Number(process.env['PORT'] ?? DEV_ISSUER_PORT),
  logger,
});
