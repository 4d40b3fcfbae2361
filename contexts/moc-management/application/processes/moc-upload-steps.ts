import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection, reject, unreachable, type Rejection } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { CarryOut } from '@lego-moc/application/process-runner';
import { descriptionIn } from '../../domain/description.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Moc, MocRejection } from '../../domain/moc.ts';
import type { MocCommand } from '../../domain/moc-commands.ts';
import type { GalleryLinking } from '../gallery-linking.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { PartsReader } from '../ports/parts-reader.ts';
import type { Owners } from '../owners.ts';
import type { Titles } from '../titles.ts';
import { creditsOf, isPreparation, prepare } from './preparation.ts';
import type { DiscardFile, FileUpload, GiveUpOnReading, MocUploadCommand, RequestPartsReading } from './moc-upload.ts';
import type { MocUploadEvent, UploadIntent } from './moc-upload-events.ts';

type Steps = {
  readonly titles: Titles;
  readonly owners: Owners;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly files: FileStore;
  readonly partsReader: PartsReader;
  readonly linking: Pick<GalleryLinking, 'prepare'>;
  /** The present state of a MOC that a new one is made of. */
  readonly load: (mocId: MocId) => Promise<Moc>;
  readonly now: Clock;
  /** Called for every step that could not be done now; the step stays due. */
  readonly onDelay: (command: MocUploadCommand['type'], error: unknown) => void;
};

type StepResult = Promise<readonly MocUploadEvent[]>;

const abandon = ({ rejected: code, because, details }: Rejection): readonly MocUploadEvent[] => [
  { type: 'UploadAbandoned', data: { code, because, ...(details === undefined ? {} : { details }) } },
];

/** Carries out the steps of an upload. A step that another service cannot do now returns no events and stays due. */
export const mocUploadSteps = (steps: Steps): CarryOut<MocUploadCommand, MocUploadEvent> => {
  const { titles, onDelay } = steps;

  const orLater = async (command: MocUploadCommand, step: () => StepResult): StepResult => {
    try {
      return await step();
    } catch (error) {
      onDelay(command.type, error);
      return [];
    }
  };

  return async (command, cause) => {
    if (isPreparation(command))
      return orLater(command, async () => {
        const outcome = await prepare(steps, command, cause);
        return isRejection(outcome) ? abandon(outcome) : [outcome];
      });
    switch (command.type) {
      case 'SecureUploadTitle': {
        const outcome = await titles.secure(command.data, cause);
        if (!isRejection(outcome)) return [{ type: 'UploadTitleSecured', data: { title: command.data.title } }];
        // The title may have been secured before the number of the set was refused.
        await titles.release(command.data, { ...cause, commandId: derivedId(cause.commandId, 'release') });
        return abandon(outcome);
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
 * The owner's stream names the MOC before it is drafted, and the owner is checked again after the draft. An erasure is
 * recorded before it looks for drafts: whichever comes second, the draft or the erasure, finds the other.
 */
const fileUpload = async ({ mocs, owners, load, now }: Steps, { data }: FileUpload, cause: Cause): StepResult => {
  const { mocId, owner: by, intent, files, galleryLinks, partsLists } = data;
  if (intent.kind === 'replace') return replaceList(mocs, data, intent, cause);
  if (intent.kind === 'add') {
    const outcome = await mocs(mocId, { type: 'AttachFiles', data: { mocId, by, files, partsLists } }, cause);
    return isRejection(outcome) ? abandon(outcome) : [{ type: 'FilesFiled', data: { mocId } }];
  }
  const step = (label: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, label) });
  const withdraw = async (refusal: Rejection): StepResult => {
    await mocs(mocId, { type: 'DeleteMoc', data: { mocId, by, at: now() } }, step('undo'));
    return abandon(refusal);
  };
  const refusedAtStart = await owners.begin(by, mocId, step('begin'));
  // An earlier, interrupted attempt may have drafted it before the owner was erased.
  if (refusedAtStart !== undefined) return withdraw(refusedAtStart);
  const { parent } = intent;
  const lineage = parent === undefined ? [] : await creditsOf(load, parent, by);
  if (isRejection(lineage)) return withdraw(lineage);
  const details = { title: intent.title, ...descriptionIn(intent), lineage, galleryLinks };
  const draft = { mocId, by, at: now(), ...details, files, partsLists };
  const outcome = await mocs(mocId, { type: 'DraftMoc', data: draft }, cause);
  if (isRejection(outcome)) return abandon(outcome);
  const refusal = await owners.refusal(by);
  return refusal === undefined ? [{ type: 'FilesFiled', data: { mocId } }] : withdraw(refusal);
};

const revisionMoved = reject('revision-moved', 'The MOC has changed since the revision that If-Match names.');

/** The form was refused unless it held one parts list. */
const replaceList = async (
  mocs: Steps['mocs'],
  { mocId, owner: by, files: [file], partsLists: [list] }: FileUpload['data'],
  { partsListId, revision }: Extract<UploadIntent, { kind: 'replace' }>,
  cause: Cause,
): StepResult => {
  if (file === undefined || list === undefined) return abandon(reject('empty-file', 'No parts list was sent.'));
  const expected = revision === undefined ? undefined : BigInt(revision);
  const data = { mocId, by, partsListId, file, jobId: list.jobId };
  try {
    const outcome = await mocs(mocId, { type: 'ReplacePartsList', data }, cause, expected);
    return isRejection(outcome) ? abandon(outcome) : [{ type: 'FilesFiled', data: { mocId } }];
  } catch (error) {
    if (expected !== undefined && error instanceof StreamMoved) return abandon(revisionMoved);
    throw error;
  }
};

const requestReading = async ({ partsReader }: Steps, { data }: RequestPartsReading, cause: Cause): StepResult => {
  await partsReader.request(data, cause);
  const { partsListId, jobId } = data.list;
  return [{ type: 'PartsReadingRequested', data: { partsListId, jobId } }];
};

const giveUpOnReading = async (
  { mocs }: Steps,
  { data: { mocId, list } }: GiveUpOnReading,
  cause: Cause,
): StepResult => {
  const { partsListId, jobId } = list;
  const because = 'The parts list could not be read: file processing did not answer for too long.';
  const data = { mocId, partsListId, jobId, code: 'processing-unavailable', because };
  await mocs(mocId, { type: 'GiveUpOnParts', data }, cause);
  return [{ type: 'PartsReadingGivenUp', data: { partsListId } }];
};

const discard = async ({ files }: Steps, { data: { fileId } }: DiscardFile, cause: Cause): StepResult => {
  await files.discard(fileId, cause);
  return [{ type: 'FileDiscarded', data: { fileId } }];
};
