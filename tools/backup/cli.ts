import { parseArgs } from 'node:util';
import { createBackup, type BackupFolders } from './create-backup.ts';
import { restoreBackup } from './restore-backup.ts';

const USAGE = `npm run backup -- COMMAND --data FOLDER --keys FOLDER

  create    backs up the platform that runs on the data in LEGO_MOC_DATA_DIR (.data by default), while it runs
  restore   puts a backup into LEGO_MOC_DATA_DIR, where there must be nothing yet

--data takes events, databases and files, --keys master keys and passwords; keep the two in different places. For
components that the platform does not start itself, see docs/deployment.md.`;

const COMMANDS = { create: createBackup, restore: restoreBackup };

const isCommand = (name: string | undefined): name is keyof typeof COMMANDS =>
  name !== undefined && Object.hasOwn(COMMANDS, name);

const run = async (args: readonly string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: 'string' }, keys: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const [command, ...others] = positionals;
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (!isCommand(command) || others.length > 0) throw new Error(`Choose a command.\n\n${USAGE}`);
  if (values.data === undefined || values.keys === undefined)
    throw new Error(`--data and --keys are needed.\n\n${USAGE}`);
  const folders: BackupFolders = {
    dataDir: process.env['LEGO_MOC_DATA_DIR'] ?? '.data',
    data: values.data,
    keys: values.keys,
  };
  const { events, objects, beganAt, endedAt } = await COMMANDS[command](folders);
  console.log(`${events} events and ${objects} objects, backed up from ${beganAt} to ${endedAt}`);
  if (command === 'restore')
    console.log(
      "Start the platform, then rebuild what is ahead of the events: npm run audit -- --repair --reason 'restored'",
    );
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
