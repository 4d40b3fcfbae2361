import { parseArgs } from 'node:util';
import { issueToken } from './issue-token.ts';
import { ALGORITHMS, dataDir } from './keys.ts';

const USAGE = `Usage: npm run token -- NAME [--role ROLE]... [--ttl SECONDS] [--alg EdDSA|ES256|RS256]

Prints a token of the development issuer for the user NAME. The same name is always the same user.`;

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      role: { type: 'string', multiple: true, default: [] },
      ttl: { type: 'string', default: '28800' },
      alg: { type: 'string', default: 'EdDSA' },
      help: { type: 'boolean', default: false },
    },
  });
  const [name] = positionals;
  const algorithm = ALGORITHMS.find((candidate) => candidate === values.alg);
  const ttlS = Number(values.ttl);
  if (values.help || name === undefined || positionals.length > 1) throw new Error(USAGE);
  if (algorithm === undefined) throw new Error(`There is no algorithm ${values.alg}.\n\n${USAGE}`);
  if (!Number.isInteger(ttlS)) throw new Error(`${values.ttl} is no number of seconds.\n\n${USAGE}`);
  return { name, roles: values.role, ttlS, algorithm };
};

try {
  console.log(await issueToken(dataDir(), readArguments()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
