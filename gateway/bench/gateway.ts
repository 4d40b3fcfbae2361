/** The whole gateway, limits far away, as a process of its own: `node gateway.ts UPSTREAM_URL`. */
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import { fixedKeys } from '@lego-moc/auth-middleware/public-keys';
import { serve } from '@lego-moc/http/serve';
import { createLogger, silentLogger } from '@lego-moc/logger/logger';
import { createWriteStream } from 'node:fs';
import { compose, GATEWAY } from '../composition-root.ts';
import { readConfig } from '../config.ts';
import { contextKeys } from '../context-keys.ts';

const [, , upstreamUrl = 'http://127.0.0.1:1'] = process.argv;

const { privateKey, publicKey } = await generateKeyPair('EdDSA');
const config = readConfig({ MOC_MANAGEMENT_URL: upstreamUrl, RATE_LIMIT_SCALE: '100000' });
const keys = await contextKeys({ ...config.contextKeys, logger: silentLogger });
const gateway = compose(config, keys);
// The lines are written, but not onto the terminal that shows the table.
gateway.rebind(GATEWAY.logger).toConstantValue(createLogger('gateway', 'info', createWriteStream('/dev/null')));
gateway
  .rebind(GATEWAY.issuerKeys)
  .toConstantValue(fixedKeys({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA' }] }));

const token = await new SignJWT({ sub: 'ada', roles: ['builder'] })
  .setProtectedHeader({ alg: 'EdDSA', kid: 'bench' })
  .setIssuer(config.auth.issuer)
  .setAudience(config.auth.audience)
  .setExpirationTime('1h')
  .sign(privateKey);

const { port } = await serve(gateway.get(GATEWAY.door), { port: 0, logger: silentLogger, continues: true });
process.send?.({ port, token });
