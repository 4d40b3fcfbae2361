import { Writable } from 'node:stream';
import winston from 'winston';
import { currentWork } from './current-work.ts';
import { fitLine } from './fit-line.ts';
import { redact } from './redaction.ts';
import { standardOutput, takeUnreportedDrops } from './standard-output.ts';

export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type Write = (message: string, fields?: LogFields) => void;

/** One JSON line of at most 32 KiB per entry. Fields are redacted before they are written, however deep the secret lies. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** A logger that adds `fields` to everything it writes. */
  child(fields: LogFields): Logger;
}

type Output = {
  readonly write: (line: string) => void;
  /** Returns when everything written is flushed. */
  readonly flush: () => void;
  /** Lines dropped since the last call, once lines are written again. */
  readonly takeDrops: () => number;
};

/** The position of the trace id in a W3C header. */
const TRACE_ID = [3, 35] as const;

/** Names the request or event at which the running code works. */
const workFields = (): LogFields => {
  const work = currentWork();
  if (work === undefined) return {};
  return { correlationId: work.correlationId, traceId: work.traceparent?.slice(...TRACE_ID) };
};

const toStandardOutput = (): Output => ({ ...standardOutput(), takeDrops: takeUnreportedDrops });

const toStream = (stream: NodeJS.WritableStream): Output => ({
  write: (line) => void stream.write(line),
  flush: () => undefined,
  takeDrops: () => 0,
});

const wrap = (winstonLogger: winston.Logger, output: Output, bound: LogFields): Logger => {
  const write = (level: LogLevel, message: string, fields: LogFields | undefined): void => {
    const entry = redact({ ...workFields(), ...bound, ...fields }) as object;
    winstonLogger.log({ ...entry, level, message: redact(message) as string });
  };
  const at =
    (level: LogLevel): Write =>
    (message, fields) => {
      const drops = output.takeDrops();
      if (drops > 0) write('warn', 'Log lines were dropped', { lines: drops });
      write(level, message, fields);
      if (level === 'warn' || level === 'error') output.flush();
    };
  const writerFor = (level: LogLevel): Write => (winstonLogger.isLevelEnabled(level) ? at(level) : () => undefined);
  return {
    debug: writerFor('debug'),
    info: writerFor('info'),
    warn: writerFor('warn'),
    error: writerFor('error'),
    child: (fields) => wrap(winstonLogger, output, { ...bound, ...fields }),
  };
};

/**
 * Writes to standard output, or to `destination` when one is given (a test's). Warnings and errors are flushed when the
 * call returns. While standard output accepts nothing, lines are dropped and counted; once it does again, a line says
 * how many.
 */
export const createLogger = (service: string, level: LogLevel, destination?: NodeJS.WritableStream): Logger => {
  const output = destination === undefined ? toStandardOutput() : toStream(destination);
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, callback) => {
      output.write(fitLine(line));
      callback();
    },
  });
  const winstonLogger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston types its own transports apart
    transports: [new winston.transports.Stream({ stream })],
  });
  return wrap(winstonLogger, output, { service });
};

/** Writes nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
