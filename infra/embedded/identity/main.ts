import { DEFAULT_PORTS } from '@lego-moc/http/default-ports';
import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { issueToken } from './issue-token.ts';
import { dataDir, ensureKeys } from './keys.ts';
import { identityApi } from './server.ts';

const logger = createLogger('identity', 'warn');
const folder = dataDir();
const keys = await ensureKeys(folder);

await serve(
  identityApi(keys, logger, (request) => issueToken(folder, request)),
  {
    port: Number(process.env['PORT'] ?? DEFAULT_PORTS.identity),
    logger,
  },
);
