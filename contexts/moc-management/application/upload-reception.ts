import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@lego-moc/application/clock';
import { reject, type Rejection } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause, type EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProcessRunner } from '@lego-moc/application/process-runner';
import type { FoldedState } from '@lego-moc/application/state-cache';
import type { FileId, FileKind, MocId } from '../domain/moc-events.ts';
import type { OwnerRejection } from '../domain/owner.ts';
import { fileReception, readToTheEnd, type AppendToUpload, type UploadRefusal } from './file-reception.ts';
import type { Owners } from './owners.ts';
import type { FileStore } from './ports/file-store.ts';
import type { MocUploadEvent, UploadIntent } from './processes/moc-upload-events.ts';
import type { MocUpload, ReceivedUpload } from './processes/moc-upload-state.ts';
import type { Titles } from './titles.ts';

/** A part of an upload. Parts come in the order in which they were sent; a file must be read before the next comes. */
export type UploadPart =
  | { readonly field: string; readonly value: string }
  /** A file that the owner has stored already. */
  | { readonly source: FileId }
  | { readonly kind: FileKind; readonly name: string; readonly content: AsyncIterable<Uint8Array> };

export type Upload = {
  /** The same upload sent again has the same id. */
  readonly uploadId: string;
  readonly owner: UserId;
  /** Of the owner. */
  readonly roles?: readonly string[];
  /** The MOC that more files are for; a new one when absent. */
  readonly mocId?: MocId;
  readonly parts: AsyncIterable<UploadPart>;
  /** Reads the fields once all have arrived; throws the problem to answer when they are invalid. */
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
  /** Called when a received upload cannot be finished now. The process carries it on. */
  readonly onDelay: (error: unknown) => void;
  /** How long the sender waits for a received upload to be finished. */
  readonly answerWithinMs?: number;
};

/** Longer than a request without files takes; one with files that are still being sent is answered 409. */
const TWIN_WAIT_MS = 2_000;
const TWIN_POLL_MS = 25;

/** Well within the time that a gateway waits for an answer. */
const ANSWER_WITHIN_MS = 10_000;

/** A third of the silence after which an upload counts as interrupted. */
const HEART_BEAT_MS = 5_000;

const inProgress = reject('request-in-progress', 'A request with this Idempotency-Key is being worked on.');
const keyReused = reject('idempotency-key-reused', 'This Idempotency-Key was used for another upload.');

/**
 * Receives an upload part by part, without buffering a large file. Every file is announced before its first byte is
 * stored, so that the process knows of it. A received upload is then filed; see the process. From then on the process carries
 * it on: the answer is the state that it has reached within `answerWithinMs`, and no error.
 */
export const receiveUpload = (reception: Reception): ReceiveUpload => {
  const { runner, streams, owners, now } = reception;

  const receive: ReceiveUpload = async (upload) => {
    const { uploadId, owner } = upload;
    const refusal = await owners.refusal(owner);
    if (refusal !== undefined) {
      await discardParts(upload.parts);
      return refusal;
    }
    const { state, revision } = await settledUpload(runner, uploadId);
    if (state.step === 'receiving' || state.step === 'undoing') return inProgress;
    if ('intent' in state) return receiveAgain(reception, upload, state);

    const attempt = state.step === 'undone' ? state.attempt + 1 : 1;
    const mocId = upload.mocId ?? (derivedId('moc', uploadId, String(attempt)) as MocId);
    const roles = upload.roles === undefined || upload.roles.length === 0 ? {} : { roles: upload.roles };
    const begin: MocUploadEvent = { type: 'UploadBegun', data: { mocId, owner, ...roles, begunAt: now() } };
    try {
      // A fresh command id: two requests with one Idempotency-Key must not both take this append for theirs.
      await streams.append(uploadId, [begin], revision, { ...upload.cause, commandId: newId() });
    } catch (error) {
      if (error instanceof StreamMoved) return receive(upload);
      throw error;
    }
    await receiveAll(reception, upload, attempt);
    return finish(reception, uploadId);
  };
  return receive;
};

/**
 * The upload once it is neither being received by another request nor being undone: the same request sent twice at once
 * waits for the first one. After `TWIN_WAIT_MS` it is returned as it is.
 */
const settledUpload = async (runner: Reception['runner'], uploadId: string): Promise<FoldedState<MocUpload>> => {
  for (const deadline = performance.now() + TWIN_WAIT_MS; ;) {
    const upload = await runner.load(uploadId);
    if (upload.state.step === 'undoing') {
      await runner.runDueSteps(uploadId);
      return runner.load(uploadId);
    }
    if (upload.state.step !== 'receiving' || performance.now() >= deadline) return upload;
    await sleep(TWIN_POLL_MS);
  }
};

/** The state of a received upload once all is done, or as far as it is when its sender has waited long enough. */
const finish = async (
  { runner, onDelay, answerWithinMs = ANSWER_WITHIN_MS }: Reception,
  uploadId: string,
): Promise<MocUpload> => {
  const timeUp = new AbortController();
  const completion = runner.runDueSteps(uploadId).catch((error: unknown) => {
    onDelay(error);
    return undefined;
  });
  const outcome = await Promise.race([
    completion,
    sleep(answerWithinMs, undefined, { signal: timeUp.signal }).catch(() => undefined),
  ]);
  timeUp.abort();
  return outcome ?? (await runner.load(uploadId)).state;
};

type Fields = Map<string, string[]>;

const receiveAll = async (reception: Reception, upload: Upload, attempt: number): Promise<void> => {
  const { runner, now } = reception;
  const { uploadId, cause, intentOf } = upload;
  const append: AppendToUpload = (events) => runner.append(uploadId, events, { ...cause, commandId: newId() });
  const abandon = ({ rejected: code, because, kind, details }: UploadRefusal) => {
    const more = { ...(kind === undefined ? {} : { kind }), ...(details === undefined ? {} : { details }) };
    return append([{ type: 'UploadAbandoned', data: { code, because, ...more } }]);
  };
  const heart = setInterval(() => {
    // A beat that cannot be recorded is missed; the next append fails, too, and the sender is answered.
    append([{ type: 'StillReceiving', data: { at: now() } }]).catch(() => undefined);
  }, HEART_BEAT_MS);

  const fields: Fields = new Map();
  try {
    const refusal = await receiveParts(reception, upload, attempt, fields, append);
    if (refusal === undefined) {
      await append([{ type: 'UploadReceived', data: { intent: intentOf(fields), receivedAt: now() } }]);
    } else await abandon(refusal);
  } catch (error) {
    await abandon(reject('upload-interrupted', 'The upload broke off, or could not be understood.'));
    await runner.runDueSteps(uploadId);
    throw error;
  } finally {
    clearInterval(heart);
  }
};

const collect = (fields: Fields, { field, value }: { field: string; value: string }): void => {
  fields.set(field, [...(fields.get(field) ?? []), value]);
};

/** Collects the fields and stores the files. After the first refusal the remaining parts are only read. */
const receiveParts = async (
  reception: Reception,
  upload: Upload,
  attempt: number,
  fields: Fields,
  append: AppendToUpload,
): Promise<UploadRefusal | undefined> => {
  const { uploadId, owner, roles = [], cause } = upload;
  const { receive, copy, flush } = fileReception(reception.files, append, cause);
  let refusal: UploadRefusal | undefined;
  let files = 0;
  for await (const part of upload.parts) {
    if ('field' in part) collect(fields, part);
    else if (refusal !== undefined) await readPart(part);
    else {
      if (files === 0) refusal = await titleRefusal(reception, upload, fields);
      files += 1;
      const fileId = derivedId('file', uploadId, String(attempt), String(files)) as FileId;
      if (refusal !== undefined) await readPart(part);
      else if ('source' in part) refusal = await copy({ fileId, owner, source: part.source });
      else refusal = await receive({ fileId, owner, roles, ...part });
    }
  }
  return refusal ?? flush();
};

/** Refuses a taken title before the files are sent, if it comes first. The process secures it later. */
const titleRefusal = async (
  { titles }: Reception,
  { owner, mocId }: Upload,
  fields: ReadonlyMap<string, readonly string[]>,
): Promise<UploadRefusal | undefined> => {
  const title = fields.get('title')?.[0];
  return mocId === undefined && title !== undefined ? titles.refusal(owner, title) : undefined;
};

const readPart = async (part: UploadPart): Promise<void> => {
  if ('content' in part) await readToTheEnd(part.content);
};

const discardParts = async (parts: AsyncIterable<UploadPart>): Promise<void> => {
  for await (const part of parts) await readPart(part);
};

/** A repeated upload: nothing is stored, but it must equal the first one, which is finished if it was not. */
const receiveAgain = async (
  reception: Reception,
  { uploadId, parts, intentOf }: Upload,
  first: ReceivedUpload,
): Promise<MocUpload | Rejection<ReceptionRejection>> => {
  const fields: Fields = new Map();
  const again: (typeof first.sentFiles)[number][] = [];
  for await (const part of parts) {
    if ('field' in part) collect(fields, part);
    // Its id is part of the intent; it may be gone by now.
    else if ('source' in part) again.push(...first.sentFiles.slice(again.length, again.length + 1));
    else {
      const hash = createHash('sha256');
      for await (const chunk of part.content) hash.update(chunk);
      again.push({ kind: part.kind, name: part.name, sha256: hash.digest('hex') });
    }
  }
  const isSame = isDeepStrictEqual(first.sentFiles, again) && isDeepStrictEqual(first.intent, intentOf(fields));
  return isSame ? finish(reception, uploadId) : keyReused;
};
