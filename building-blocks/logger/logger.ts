import { Writable } from 'node:stream';
import winston from 'winston';
import { standardOutput } from './lines.ts';
import { plainLines } from './plain-lines.ts';
import { redacted } from './redaction.ts';

export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type Write = (message: string, fields?: LogFields) => void;

/** One JSON line an entry. Fields are redacted before they are written, however deep the secret lies. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** A logger that adds `fields` to everything it writes. */
  child(fields: LogFields): Logger;
}

/** `urgent` lines are out when it returns. */
type WriteLine = (line: string, urgent: boolean) => void;

const wrap = (winstonLogger: winston.Logger, writeLine: WriteLine, bound: LogFields): Logger => {
  const at = (level: LogLevel): Write => {
    const urgent = level === 'warn' || level === 'error';
    const plainLine = plainLines(level, bound);
    return (message, fields) => {
      // The access log is nearly all there is to write, and winston's streams are four fifths of what a line costs.
      const line = plainLine(message, fields);
      if (line !== undefined) writeLine(line, urgent);
      else
        winstonLogger.log({
          ...(redacted({ ...bound, ...fields }) as object),
          level,
          message: redacted(message) as string,
        });
    };
  };
  const enabled = (level: LogLevel): Write => (winstonLogger.isLevelEnabled(level) ? at(level) : () => undefined);
  return {
    debug: enabled('debug'),
    info: enabled('info'),
    warn: enabled('warn'),
    error: enabled('error'),
    child: (fields) => wrap(winstonLogger, writeLine, { ...bound, ...fields }),
  };
};

const toStandardOutput: WriteLine = (line, urgent) => {
  const output = standardOutput();
  output.write(line);
  if (urgent) output.flush();
};

/** Writes to standard output, or to `destination` when one is given (a test's). */
export const createLogger = (service: string, level: LogLevel, destination?: NodeJS.WritableStream): Logger => {
  const writeLine: WriteLine = destination === undefined ? toStandardOutput : (line) => void destination.write(line);
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      writeLine(line, true);
      done();
    },
  });
  const winstonLogger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston types its own transports apart
    transports: [new winston.transports.Stream({ stream })],
  });
  return wrap(winstonLogger, writeLine, { service });
};

/** Says nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
