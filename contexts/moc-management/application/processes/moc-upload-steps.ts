import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection, unreachable, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { CarryOut } from '@lego-moc/application/process-runner';
import type { MocRejection } from '../../domain/moc.ts';
import type { MocCommand } from '../../domain/moc-commands.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { PartsReader } from '../ports/parts-reader.ts';
import type { Owners } from '../owners.ts';
import type { Titles } from '../titles.ts';
import type { DiscardFile, FileUpload, GiveUpOnReading, MocUploadCommand, RequestPartsReading } from './moc-upload.ts';
import type { MocUploadEvent } from './moc-upload-events.ts';

type Steps = {
  readonly titles: Titles;
  readonly owners: Owners;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly files: FileStore;
  readonly partsReader: PartsReader;
  readonly now: Clock;
  /** Told of every step that could not be done now; the watchdog asks for it again. */
  readonly onDelay: (command: MocUploadCommand['type'], error: unknown) => void;
};

type Came = Promise<readonly MocUploadEvent[]>;

const abandoned = ({ rejected: code, because }: Rejection): readonly MocUploadEvent[] => [
  { type: 'UploadAbandoned', data: { code, because } },
];

/** How each step of an upload is done. A step that another service cannot do now comes to nothing, and stays due. */
export const mocUploadSteps = (steps: Steps): CarryOut<MocUploadCommand, MocUploadEvent> => {
  const { titles, onDelay } = steps;

  const orLater = async (command: MocUploadCommand, step: () => Came): Came => {
    try {
      return await step();
    } catch (error) {
      onDelay(command.type, error);
      return [];
    }
  };

  return async (command, cause) => {
    switch (command.type) {
      case 'SecureUploadTitle': {
        const outcome = await titles.secure(command.data, cause);
        return isRejection(outcome)
          ? abandoned(outcome)
          : [{ type: 'UploadTitleSecured', data: { title: command.data.title } }];
      }
      case 'FileUpload':
        return fileUpload(steps, command, cause);
      case 'RequestPartsReading':
        return orLater(command, () => requestReading(steps, command, cause));
      case 'GiveUpOnReading':
        return giveUpOnReading(steps, command, cause);
      case 'ReleaseUploadTitle':
        await titles.release(command.data, cause);
        return [{ type: 'UploadTitleReleased', data: { mocId: command.data.mocId } }];
      case 'DiscardFile':
        return orLater(command, () => discard(steps, command, cause));
      default:
        return unreachable(command);
    }
  };
};

/**
 * A MOC is put down as its owner's before it is drafted, and whether the owner is erased is asked once more after that.
 * Drafts are looked for once the erasure is written down: whichever comes second, the draft or the erasure, finds the
 * other.
 */
const fileUpload = async ({ mocs, owners, now }: Steps, { data }: FileUpload, cause: Cause): Came => {
  const { mocId, owner: by, intent, files, partsLists } = data;
  if (intent.kind === 'add') {
    const outcome = await mocs(mocId, { type: 'AttachFiles', data: { mocId, by, files, partsLists } }, cause);
    return isRejection(outcome) ? abandoned(outcome) : [{ type: 'FilesFiled', data: { mocId } }];
  }
  const step = (what: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, what) });
  const withdraw = async (refusal: Rejection): Came => {
    await mocs(mocId, { type: 'DeleteMoc', data: { mocId, by, at: now() } }, step('undo'));
    return abandoned(refusal);
  };
  const unwanted = await owners.begin(by, mocId, step('begin'));
  // It may have been drafted even so: by an attempt that broke off, before the owner was erased.
  if (unwanted !== undefined) return withdraw(unwanted);
  const { title, description, theme, tags } = intent;
  const draft = { mocId, by, at: now(), title, description, theme, tags, files, partsLists };
  const outcome = await mocs(mocId, { type: 'DraftMoc', data: draft }, cause);
  if (isRejection(outcome)) return abandoned(outcome);
  const refusal = await owners.refusal(by);
  return refusal === undefined ? [{ type: 'FilesFiled', data: { mocId } }] : withdraw(refusal);
};

const requestReading = async ({ partsReader }: Steps, { data }: RequestPartsReading, cause: Cause): Came => {
  await partsReader.request(data, cause);
  const { partsListId, jobId } = data.list;
  return [{ type: 'PartsReadingRequested', data: { partsListId, jobId } }];
};

const giveUpOnReading = async ({ mocs }: Steps, { data: { mocId, list } }: GiveUpOnReading, cause: Cause): Came => {
  const { partsListId, jobId } = list;
  const because = 'The parts list could not be read: file processing was away for too long.';
  const told = { mocId, partsListId, jobId, code: 'processing-unavailable', because };
  await mocs(mocId, { type: 'GiveUpOnParts', data: told }, cause);
  return [{ type: 'PartsReadingGivenUp', data: { partsListId } }];
};

const discard = async ({ files }: Steps, { data: { fileId } }: DiscardFile, cause: Cause): Came => {
  await files.discard(fileId, cause);
  return [{ type: 'FileDiscarded', data: { fileId } }];
};
