import winston from 'winston';
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

const wrap = (winstonLogger: winston.Logger, bound: LogFields): Logger => {
  const at =
    (level: LogLevel): Write =>
    (message, fields) => {
      if (!winstonLogger.isLevelEnabled(level)) return;
      winstonLogger.log({
        ...(redacted({ ...bound, ...fields }) as object),
        level,
        message: redacted(message) as string,
      });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(winstonLogger, { ...bound, ...fields }),
  };
};

/** Writes to standard output, or to `destination` when one is given (a test's). */
export const createLogger = (service: string, level: LogLevel, destination?: NodeJS.WritableStream): Logger =>
  wrap(
    winston.createLogger({
      level,
      format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston types its own transports apart
      transports: [new winston.transports.Stream({ stream: destination ?? process.stdout })],
    }),
    { service },
  );

/** Says nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
