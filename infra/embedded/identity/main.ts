import { DEFAULT_PORTS } from '@lego-moc/http/default-ports';
import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { dataDir, ensureKeys } from './keys.ts';
import { identityApi } from './server.ts';

const logger = createLogger('identity', 'warn');

await serve(identityApi(await ensureKeys(dataDir()), logger), {
  port: Number(process.env['PORT'] ?? DEFAULT_PORTS.identity),
  logger,
});
