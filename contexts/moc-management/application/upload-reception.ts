import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause, type EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProcessRunner } from '@lego-moc/application/process-runner';
import type { FileId, FileKind, MocId } from '../domain/moc-events.ts';
import type { OwnerRejection } from '../domain/owner.ts';
import type { Owners } from './owners.ts';
import type { FileStore } from './ports/file-store.ts';
import type { MocUploadEvent, UploadIntent } from './processes/moc-upload-events.ts';
import type { MocUpload, ReceivedUpload } from './processes/moc-upload-state.ts';
import type { Titles } from './titles.ts';

/** What arrives, in the order in which it was sent. The content of a file is read before the next part comes. */
export type UploadPart =
  | { readonly field: string; readonly value: string }
  | { readonly kind: FileKind; readonly name: string; readonly content: AsyncIterable<Uint8Array> };

type FilePart = Exclude<UploadPart, { field: string }>;

export type Upload = {
  /** The same upload sent again has the same id. */
  readonly uploadId: string;
  readonly owner: UserId;
  /** The MOC that more files are for; a new one when absent. */
  readonly mocId?: MocId;
  readonly parts: AsyncIterable<UploadPart>;
  /** Reads the fields once all have arrived; throws what the sender is to be told. */
  readonly intentOf: (fields: ReadonlyMap<string, readonly string[]>) => UploadIntent;
  readonly cause: Cause;
};

export type ReceptionRejection = 'request-in-progress' | 'idempotency-key-reused';
export type ReceiveUpload = (upload: Upload) => Promise<MocUpload | Rejection<ReceptionRejection | OwnerRejection>>;

type Reception = {
  readonly runner: ProcessRunner<MocUploadEvent, MocUpload>;
  readonly streams: EventStreams<MocUploadEvent>;
  readonly files: FileStore;
  readonly titles: Titles;
  readonly owners: Owners;
  readonly now: Clock;
};

/** A third of the silence after which the watchdog takes a sender for lost. */
const HEART_BEAT_MS = 5_000;

const inProgress = reject('request-in-progress', 'A request with this Idempotency-Key is being worked on.');
const keyReused = reject('idempotency-key-reused', 'This Idempotency-Key was used for another upload.');

/**
 * Takes in an upload part by part, never holding a file. Every file is announced before its first byte is stored, so
 * that whoever cleans up knows of it. What was received is then filed; see the process.
 */
export const receiveUpload = (reception: Reception): ReceiveUpload => {
  const { runner, streams, owners, now } = reception;

  return async (upload) => {
    const { uploadId, owner } = upload;
    const refusal = await owners.refusal(owner);
    if (refusal !== undefined) {
      await passOver(upload.parts);
      return refusal;
    }
    if ((await runner.load(uploadId)).state.step === 'undoing') await runner.runDueSteps(uploadId);
    const { state, revision } = await runner.load(uploadId);
    if (state.step === 'receiving' || state.step === 'undoing') return inProgress;
    if ('intent' in state) return receiveAgain(reception, upload, state);

    const attempt = state.step === 'undone' ? state.attempt + 1 : 1;
    const mocId = upload.mocId ?? (derivedId('moc', uploadId, String(attempt)) as MocId);
    const begun: MocUploadEvent = { type: 'UploadBegun', data: { mocId, owner, begunAt: now() } };
    try {
      // A fresh command id: two requests with one Idempotency-Key must not both take this append for theirs.
      await streams.append(uploadId, [begun], revision, { ...upload.cause, commandId: newId() });
    } catch (error) {
      if (error instanceof StreamMoved) return inProgress;
      throw error;
    }
    await receiveAll(reception, upload, attempt);
    return runner.runDueSteps(uploadId);
  };
};

/** Why an upload is not taken, and the kind of the file at fault, if one is. */
type Refusal = Rejection & { readonly kind?: FileKind };

type Records = (event: MocUploadEvent) => Promise<MocUpload>;
type Fields = Map<string, string[]>;

const receiveAll = async (reception: Reception, upload: Upload, attempt: number): Promise<void> => {
  const { runner, now } = reception;
  const { uploadId, cause, intentOf } = upload;
  const record: Records = (event) => runner.append(uploadId, [event], { ...cause, commandId: newId() });
  const abandon = ({ rejected: code, because, kind }: Refusal) =>
    record({ type: 'UploadAbandoned', data: { code, because, ...(kind === undefined ? {} : { kind }) } });

  const fields: Fields = new Map();
  try {
    const refusal = await receiveParts(reception, upload, attempt, fields, record);
    if (refusal === undefined) {
      await record({ type: 'UploadReceived', data: { intent: intentOf(fields), receivedAt: now() } });
    } else await abandon(refusal);
  } catch (error) {
    await abandon(reject('upload-interrupted', 'The upload broke off, or could not be understood.'));
    await runner.runDueSteps(uploadId);
    throw error;
  }
};

const collect = (fields: Fields, { field, value }: { field: string; value: string }): void => {
  fields.set(field, [...(fields.get(field) ?? []), value]);
};

/** Fills in the fields and stores the files. From the first refusal on, what still comes is only read to its end. */
const receiveParts = async (
  reception: Reception,
  upload: Upload,
  attempt: number,
  fields: Fields,
  record: Records,
): Promise<Refusal | undefined> => {
  let refusal: Refusal | undefined;
  let files = 0;
  for await (const part of upload.parts) {
    if ('field' in part) collect(fields, part);
    else if (refusal !== undefined) await readToTheEnd(part.content);
    else {
      if (files === 0) refusal = await titleRefusal(reception, upload, fields);
      files += 1;
      const fileId = derivedId('file', upload.uploadId, String(attempt), String(files)) as FileId;
      if (refusal === undefined) refusal = await receiveFile(reception, upload, fileId, part, record);
      else await readToTheEnd(part.content);
    }
  }
  return refusal;
};

/** A title that is taken is refused before the files are sent, if it comes first. It is secured later, for certain. */
const titleRefusal = async (
  { titles }: Reception,
  { owner, mocId }: Upload,
  fields: ReadonlyMap<string, readonly string[]>,
): Promise<Refusal | undefined> => {
  const title = fields.get('title')?.[0];
  return mocId === undefined && title !== undefined ? titles.refusal(owner, title) : undefined;
};

const receiveFile = async (
  { files, now }: Reception,
  { owner, cause }: Upload,
  fileId: FileId,
  { kind, name, content }: FilePart,
  record: Records,
): Promise<Refusal | undefined> => {
  const { step } = await record({ type: 'FileAnnounced', data: { fileId, kind, name } });
  if (step !== 'receiving') {
    await readToTheEnd(content);
    return reject('upload-interrupted', 'The upload took too long.');
  }
  const heart = setInterval(() => {
    // A beat that cannot be recorded is a beat missed; the next append tells the sender.
    record({ type: 'StillReceiving', data: { at: now() } }).catch(() => undefined);
  }, HEART_BEAT_MS);
  try {
    const stored = await files.store({ fileId, owner, kind, name, content }, cause);
    if (isRejection(stored)) {
      await readToTheEnd(content);
      return { rejected: stored.rejected, because: `${name}: ${stored.because}`, kind };
    }
    await record({ type: 'FileReceived', data: stored });
    return undefined;
  } finally {
    clearInterval(heart);
  }
};

/** So that the sender finishes sending and reads the refusal, instead of finding the line cut. */
const readToTheEnd = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  try {
    const reader = content[Symbol.asyncIterator]();
    while ((await reader.next()).done !== true);
  } catch {
    // The reader before us closed it, or the sender is gone: there is nothing left to read.
  }
};

const passOver = async (parts: AsyncIterable<UploadPart>): Promise<void> => {
  for await (const part of parts) if (!('field' in part)) await readToTheEnd(part.content);
};

/** The same upload once more: nothing is stored, but it must be the same, and is finished if it was not. */
const receiveAgain = async (
  { runner }: Reception,
  { uploadId, parts, intentOf }: Upload,
  first: ReceivedUpload,
): Promise<MocUpload | Rejection<ReceptionRejection>> => {
  const fields: Fields = new Map();
  const again: { kind: FileKind; name: string; sha256: string }[] = [];
  for await (const part of parts) {
    if ('field' in part) collect(fields, part);
    else {
      const hash = createHash('sha256');
      for await (const chunk of part.content) hash.update(chunk);
      again.push({ kind: part.kind, name: part.name, sha256: hash.digest('hex') });
    }
  }
  const same = isDeepStrictEqual(first.sent, again) && isDeepStrictEqual(first.intent, intentOf(fields));
  return same ? runner.runDueSteps(uploadId) : keyReused;
};
