import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { UserId } from '@lego-moc/kernel/message';
import { recordReconciliation } from '@lego-moc/event-store/reconciliations';
import { openScope } from '@lego-moc/service/run-context';
import { serviceClient } from '@lego-moc/resilience/http-client';
import { httpIdentityDirectory } from './adapters/identity/http-identity-directory.ts';
import { allUserIds } from './adapters/read-models/user-ids.ts';
import type { UnreadableUser } from './application/ports/identity-directory.ts';
import { reconcile, type Difference, type Refusal, type Report } from './application/reconciliation.ts';
import { profile } from './context.ts';
import { profileParts } from './parts.ts';

const USAGE = `Compares the Auth Service's users with the profiles here, and repairs what differs.

  npm run profile:reconcile -- [--dry-run] [--erase-not-listed] [--verbose]

  --dry-run            only tell what differs
  --erase-not-listed   erase who has a profile here but is not listed there (otherwise they are only counted)
  --verbose            name every user that differs or cannot be read, by id

Needs AUTH_SERVICE_URL (and AUTH_SERVICE_TOKEN, if it asks for one).
`;

const { values: options } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    'erase-not-listed': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const differing = ({ found: differences }: Report): number =>
  Object.values(differences).reduce((sum, count) => sum + count, 0);

const progress = (report: Report): void =>
  say(
    `${String(report.usersListed)} users listed, ${String(report.unreadable)} unreadable, ` +
      `${String(report.profilesSeen)} profiles seen, ` +
      `${String(differing(report))} differ, ${String(report.repaired)} repaired`,
  );

const onDifference = (userId: UserId, difference: Difference): void => say(`${userId} ${difference}`);

/** An id of another form may contain an address, so it is not printed. */
const onUnreadable = ({ userId = 'somebody' as UserId, field }: UnreadableUser): void =>
  say(`${userId} unreadable: ${field}`);

const REFUSALS: Readonly<Record<Refusal, string>> = {
  'nobody-listed': 'the Auth Service lists nobody at all',
  'record-without-id': 'the Auth Service lists somebody without an id, who may be anybody here',
};

/**
 * The settings of the platform that `npm start` has set up here, where the environment sets nothing else. Returns the
 * missing ones.
 */
const missingSettings = (): string | undefined => {
  if (process.env['DATABASE_URL'] !== undefined) return undefined;
  const path = join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', 'env', 'profile.env');
  if (!existsSync(path)) return path;
  process.loadEnvFile(path);
  return undefined;
};

const run = async (): Promise<number> => {
  const missing = missingSettings();
  if (missing !== undefined) {
    say(
      `DATABASE_URL is not set, and there is no ${missing}: start the platform first, or name the stores as the README does.`,
    );
    return 2;
  }
  const { scope, close } = openScope(profile, { env: { ...process.env, LOG_LEVEL: 'error' } });
  const { AUTH_SERVICE_URL: url, AUTH_SERVICE_TOKEN: token } = scope.settings;
  if (url === undefined) {
    say('AUTH_SERVICE_URL is not set: there is no Auth Service to compare with.');
    return 2;
  }
  const { reader, applyIdentityChange } = profileParts(scope);
  const client = serviceClient({ service: 'auth-service', baseUrl: url, logger: scope.logger });
  try {
    const report = await reconcile({
      directory: httpIdentityDirectory(client, token),
      reader,
      allUserIds: allUserIds(scope.db),
      applyChange: applyIdentityChange,
      now: scope.clock,
      dryRun: options['dry-run'],
      eraseNotListed: options['erase-not-listed'],
      onProgress: progress,
      ...(options.verbose ? { onDifference, onUnreadable } : {}),
    });
    if (!options['dry-run'] && report.refusedToErase === undefined)
      await recordReconciliation(scope.eventStore, scope.name);
    process.stdout.write(`${JSON.stringify({ dryRun: options['dry-run'], ...report }, undefined, 2)}\n`);
    if (report.refusedToErase === undefined) return 0;
    say(`Nobody was erased for not being listed: ${REFUSALS[report.refusedToErase]}.`);
    return 1;
  } catch (error) {
    say(
      `Broken off: ${error instanceof Error ? error.message : String(error)}. What was repaired stays so; run it again.`,
    );
    return 1;
  } finally {
    await client.close();
    await close();
  }
};

if (options.help) process.stdout.write(USAGE);
else process.exitCode = await run();
