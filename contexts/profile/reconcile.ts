import { parseArgs } from 'node:util';
import { serviceClient } from '@lego-moc/resilience/http-client';
import { httpIdentityDirectory } from './adapters/identity/http-identity-directory.ts';
import { everybody } from './adapters/read-models/everybody.ts';
import { reconcile, type Report } from './application/reconciliation.ts';
import { compose, PROFILE } from './composition-root.ts';
import { readConfig } from './config.ts';

const USAGE = `Compares the Auth Service's users with the profiles here, and repairs what differs.

  npm run profile:reconcile -- [--dry-run] [--erase-not-listed] [--verbose]

  --dry-run            only tell what differs
  --erase-not-listed   erase who has a profile here but is not listed there (otherwise they are only counted)
  --verbose            name every user that differs, by id

Needs AUTH_SERVICE_URL (and AUTH_SERVICE_TOKEN, if it asks for one).
`;

const { values: asked } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    'erase-not-listed': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const differing = ({ found }: Report): number => Object.values(found).reduce((sum, count) => sum + count, 0);

const progress = (report: Report): void =>
  say(
    `${String(report.usersListed)} users listed, ${String(report.profilesSeen)} profiles seen, ` +
      `${String(differing(report))} differ, ${String(report.repaired)} repaired`,
  );

const run = async (): Promise<number> => {
  const config = readConfig(process.env);
  if (config.authService === undefined) {
    say('AUTH_SERVICE_URL is not set: there is no Auth Service to compare with.');
    return 2;
  }
  const service = compose({ ...config, logLevel: 'error' });
  const client = serviceClient({
    service: 'auth-service',
    baseUrl: config.authService.url,
    logger: service.get(PROFILE.logger),
  });
  try {
    const report = await reconcile({
      directory: httpIdentityDirectory(client, config.authService.token),
      reader: service.get(PROFILE.reader),
      everybody: everybody(service.get(PROFILE.database)),
      hear: service.get(PROFILE.hear),
      now: service.get(PROFILE.clock),
      dryRun: asked['dry-run'],
      eraseNotListed: asked['erase-not-listed'],
      onProgress: progress,
      ...(asked.verbose ? { onDifference: (userId, difference) => say(`${userId} ${difference}`) } : {}),
    });
    process.stdout.write(`${JSON.stringify({ dryRun: asked['dry-run'], ...report }, undefined, 2)}\n`);
    return 0;
  } catch (error) {
    say(
      `Broken off: ${error instanceof Error ? error.message : String(error)}. What was repaired stays so; run it again.`,
    );
    return 1;
  } finally {
    await client.close();
    await service.get(PROFILE.eventStore).dispose();
    service.get(PROFILE.redis)?.disconnect();
    await service.get(PROFILE.database).close();
  }
};

if (asked.help) process.stdout.write(USAGE);
else process.exitCode = await run();
