import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditHoursFrom, auditRegularly } from './audit-schedule.ts';
import { exitWithError, launch, print } from './launch.ts';
import { followLog, formatLogLine } from './logs.ts';
import { CONTEXTS, EMBEDDED_COMPONENTS, GATEWAY, optionalServicesFor } from './registry.ts';

const USAGE = 'Usage: npm start [-- --verbose]   (--verbose prints what the services log)';

const verboseAsked = (): boolean => {
  try {
    return parseArgs({ options: { verbose: { type: 'boolean', default: false } } }).values.verbose;
  } catch (error) {
    return exitWithError(`${(error as Error).message}\n${USAGE}`);
  }
};

const followAll = (dataDir: string): void => {
  const names = [...EMBEDDED_COMPONENTS, ...CONTEXTS, ...optionalServicesFor(process.env), GATEWAY].map(
    ({ name }) => name,
  );
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names)
    followLog(join(dataDir, 'logs', `${name}.log`), (line) => print(formatLogLine(name, width, line)));
};

const auditHours = (): number => {
  try {
    return auditHoursFrom(process.env['AUDIT_EVERY_HOURS']);
  } catch (error) {
    return exitWithError((error as Error).message);
  }
};

const everyHours = auditHours();
const { url, dataDir } = await launch(verboseAsked() ? followAll : undefined);
auditRegularly({ everyHours, gatewayUrl: url, dataDir, report: print });
print('Ctrl-C stops it. A token to try it with: npm run token -- ada');
