import { randomBytes } from 'node:crypto';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { newKeyPair } from '../../../building-blocks/auth-middleware/keys.ts';
import { loginsIn, provisionOwner } from './logins.ts';
import { loginsOf, newPassword, rotate, type Step } from './rotation.ts';
import { readFields, secretVersions, writeFields } from './secrets.ts';

/** A service, as the deployment describes it in `SERVICES`. */
export type ServiceAccess = {
  readonly name: string;
  readonly secretArn: string;
  readonly schema?: string;
  readonly extensions: readonly string[];
  /** Fields that hold 32 random bytes. */
  readonly generated: readonly string[];
};

type RotationEvent = { readonly SecretId: string; readonly ClientRequestToken: string; readonly Step: Step };

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const services = (): readonly ServiceAccess[] => JSON.parse(setting('SERVICES')) as readonly ServiceAccess[];
const secrets = new SecretsManagerClient();

const adminUrl = async (): Promise<string> => {
  const { username = '', password = '' } = await readFields(secrets, setting('ADMIN_SECRET_ARN'));
  const account = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  return `postgres://${account}@${setting('DATABASE_HOST')}:5432/${setting('DATABASE')}?sslmode=verify-full`;
};

/** The fields that a secret lacks; those that are there stay, so that this may be repeated. */
const missingFields = async ({ name, schema, generated }: ServiceAccess, present: Readonly<Record<string, string>>) => {
  const fields: Record<string, string> = {
    eventStorePassword: newPassword(),
    signingKey: JSON.stringify((await newKeyPair(name)).privateJwk),
    ...Object.fromEntries(generated.map((field) => [field, randomBytes(32).toString('base64')])),
    ...(schema === undefined ? {} : { username: loginsOf(schema)[0], password: newPassword() }),
  };
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !(field in present)));
};

const publicHalf = (signingKey: string): unknown => {
  const { d: _secret, ...half } = JSON.parse(signingKey) as Record<string, unknown>;
  return half;
};

/** Gives every service what it is let in by. Runs at each deployment, before the services do; changes nothing twice. */
export const provision = async (): Promise<void> => {
  const url = await adminUrl();
  const keys: unknown[] = [];
  for (const service of services()) {
    const present = await readFields(secrets, service.secretArn);
    const missing = await missingFields(service, present);
    const fields = { ...present, ...missing };
    if (Object.keys(missing).length > 0) await writeFields(secrets, service.secretArn, fields);
    keys.push(publicHalf(fields['signingKey'] ?? ''));
    const { schema, extensions } = service;
    if (schema === undefined) continue;
    await provisionOwner(url, { schema, extensions });
    await loginsIn(url).ensure({ schema, name: fields['username'] ?? '', password: fields['password'] ?? '' });
  }
  await writeFields(secrets, setting('SERVICE_KEYS_ARN'), { jwks: JSON.stringify({ keys }) });
};

/** Called by Secrets Manager, once for each step. */
export const rotateSecret = async ({ SecretId, ClientRequestToken, Step: step }: RotationEvent): Promise<void> => {
  const service = services().find(({ secretArn }) => secretArn === SecretId);
  if (service?.schema === undefined) throw new Error(`${SecretId} belongs to no service with a database`);
  await rotate(step, {
    schema: service.schema,
    versions: secretVersions(secrets, SecretId, ClientRequestToken),
    logins: loginsIn(await adminUrl()),
    restartService: async () => {
      const command = new UpdateServiceCommand({
        ...{ cluster: setting('CLUSTER'), service: service.name, forceNewDeployment: true },
      });
      await new ECSClient().send(command);
    },
  });
};
