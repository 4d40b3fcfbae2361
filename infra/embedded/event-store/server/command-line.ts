import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { NodeOptions } from './start-node.ts';

export const USAGE = `embedded-event-store: one EventStoreDB-compatible node

  --db PATH              keep the data in this directory (default: in memory)
  --mem                  keep the data in memory even where --db is given
  --host HOST            address to listen on (default 127.0.0.1)
  --port PORT            port for gRPC and HTTP (default 2113; 0: any free port)
  --tls-cert FILE        certificate chain, PEM
  --tls-key FILE         its private key, PEM
  --auth                 users admin and ops, and stream access lists; needs TLS. Passwords come from
                         EVENT_STORE_ADMIN_PASSWORD and EVENT_STORE_OPS_PASSWORD
  --insecure             allow an unencrypted node to listen beyond loopback
  --run-projections      keep $ce- and $et- streams of links
  --max-append-size N    bytes of data of one append (default 1048576)
  --commit-timeout-ms N  answer after this long an append that was dropped because an identical one
                         was still being committed (default 2000)
  --web-interface URL    where / and /web lead
  --help                 this text
`;

const OPTIONS = {
  db: { type: 'string' },
  mem: { type: 'boolean', default: false },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '2113' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  auth: { type: 'boolean', default: false },
  insecure: { type: 'boolean', default: false },
  'run-projections': { type: 'boolean', default: false },
  'max-append-size': { type: 'string', default: '1048576' },
  'commit-timeout-ms': { type: 'string', default: '2000' },
  'web-interface': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The options of the command line, or 'help' when `--help` is among them. Throws on unknown options and bad values. */
export const readCommandLine = (args: readonly string[], environment: Environment): NodeOptions | 'help' => {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return 'help';
  const { db, mem, host, insecure, auth } = values;
  for (const name of ['db', 'host'] as const) if (values[name] === '') throw new Error(`--${name} is empty`);
  return {
    ...(db === undefined ? {} : { path: db }),
    ...(mem ? { mem } : {}),
    host,
    port: wholeNumber('--port', values.port, 0, 65_535),
    maxAppendBytes: wholeNumber('--max-append-size', values['max-append-size'], 1, 16 * 1024 * 1024),
    commitTimeoutMs: wholeNumber('--commit-timeout-ms', values['commit-timeout-ms'], 0, 60_000),
    allowInsecure: insecure,
    runProjections: values['run-projections'],
    ...(values['web-interface'] === undefined ? {} : { webInterface: webUrl(values['web-interface']) }),
    ...certificate(values['tls-cert'], values['tls-key']),
    ...(auth ? { passwords: passwords(environment) } : {}),
  };
};

const wholeNumber = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new Error(`${name} is a whole number from ${min} to ${max}`);
  }
  return value;
};

const webUrl = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('--web-interface is a URL of http or https');
  return url.href;
};

const certificate = (cert: string | undefined, key: string | undefined): Pick<NodeOptions, 'certificate'> => {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) throw new Error('--tls-cert and --tls-key go together');
  return { certificate: { cert: fileFor('--tls-cert', cert), key: fileFor('--tls-key', key) } };
};

const fileFor = (name: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${name} cannot be read: ${error instanceof Error ? error.message : path}`, { cause: error });
  }
};

/** No defaults: EventStoreDB's well-known `changeit` would protect nothing. */
const passwords = (environment: Environment): NonNullable<NodeOptions['passwords']> => {
  const admin = environment['EVENT_STORE_ADMIN_PASSWORD'] ?? '';
  const ops = environment['EVENT_STORE_OPS_PASSWORD'] ?? '';
  if (admin === '' || ops === '') {
    throw new Error('--auth needs EVENT_STORE_ADMIN_PASSWORD and EVENT_STORE_OPS_PASSWORD');
  }
  return { admin, ops };
};
