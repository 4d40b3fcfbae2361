import type { Cause } from '@lego-moc/application/event-streams';
import type { JobId } from '../../domain/moc-events.ts';
import type { NeededLot } from '../../domain/needed-lots.ts';

/** Reads the lots of counted parts lists, resolved with the newest catalogue. */
export interface LotsReader {
  /** The lots that are needed: no extras, alternates or lots with problems. `undefined` when there is no such job. */
  lots(jobId: JobId, cause: Cause): Promise<readonly NeededLot[] | undefined>;
}
