import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../tools/projections/main.ts');
const ASK_EVERY_MS = 3_600_000;
const WEEK_HOURS = 168;

type Schedule = {
  /** How old the last audit may be; with 0 none is made. */
  readonly everyHours: number;
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly report: (line: string) => void;
  readonly askEveryMs?: number;
};

/** `AUDIT_EVERY_HOURS`, a week by default. Throws on anything but a number of hours. */
export const auditHoursFrom = (setting: string | undefined): number => {
  const hours = Number(setting ?? WEEK_HOURS);
  if (!(hours >= 0)) throw new Error(`AUDIT_EVERY_HOURS is a number of hours, not ${String(setting)}`);
  return hours;
};

/**
 * Audits the platform whenever its last audit, which is on record in the event store, is too old. Starts an hour after
 * the platform, so that a short run is left alone; `stop` ends it.
 */
export const auditRegularly = ({
  everyHours,
  gatewayUrl,
  dataDir,
  report,
  askEveryMs = ASK_EVERY_MS,
}: Schedule): (() => void) => {
  if (everyHours === 0) return () => undefined;
  const stopping = new AbortController();
  let isRunning = false;
  const run = (): void => {
    if (isRunning) return;
    isRunning = true;
    const env = { ...process.env, LEGO_MOC_URL: gatewayUrl, LEGO_MOC_DATA_DIR: dataDir };
    const args = [CLI, 'audit', '--every', String(everyHours)];
    execFile(process.execPath, args, { env, signal: stopping.signal }, (error) => {
      isRunning = false;
      if (error !== null && !stopping.signal.aborted)
        report('The audit has found differences or could not be made: npm run audit shows which.');
    });
  };
  const timer = setInterval(run, askEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopping.abort();
  };
};
