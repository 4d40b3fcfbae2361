import type { FileProcessingPayload } from '@lego-moc/file-processing/contracts/integration-events';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { JobId, MocId, PartsListId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';

/** The command that a result of file processing leads to, if any. */
export const commandFor = (payload: FileProcessingPayload): MocCommand | undefined => {
  const mocId = payload.reference.mocId as MocId;
  const partsListId = payload.reference.partsListId as PartsListId;
  const jobId = payload.jobId as JobId;
  switch (payload.status) {
    case 'parsing':
      return undefined;
    case 'needs-decision':
      return { type: 'AwaitPartsDecision', data: { mocId, partsListId, jobId } };
    case 'completed': {
      const { lots, pieces, unknownParts, unknownColours, problems, composition, changes } = payload.parsedData;
      const unknown = { unknownParts: unknownParts.count, unknownColours: unknownColours.count };
      const count = {
        ...{ lots, pieces, ...unknown, problemLots: problems.count },
        ...(composition === undefined ? {} : { composition }),
        ...(changes === undefined ? {} : { changes }),
      };
      return { type: 'CountParts', data: { mocId, partsListId, jobId, count } };
    }
    case 'cancelled': {
      const because = 'You cancelled the reading of this file. Upload it again to have it read.';
      return { type: 'GiveUpOnParts', data: { mocId, partsListId, jobId, code: 'cancelled', because } };
    }
    case 'failed': {
      const { code, detail: because } = payload.error;
      return { type: 'GiveUpOnParts', data: { mocId, partsListId, jobId, code, because } };
    }
  }
};

/** Records the results of file processing with the MOC. Results for a deleted MOC change nothing. */
export const partsResults =
  (handle: HandleCommand<MocCommand, MocRejection>) =>
  async (payload: FileProcessingPayload, cause: Cause): Promise<void> => {
    const command = commandFor(payload);
    if (command !== undefined) await handle(command.data.mocId, command, cause);
  };
