import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { dataDir, ensureKeys } from './keys.ts';
import { identityApi } from './server.ts';

const logger = createLogger('identity', 'warn');

await serve(identityApi(await ensureKeys(dataDir()), logger), {
  port: Number(process.env['PORT'] ?? '9010'),
  logger,
});
