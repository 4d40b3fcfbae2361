import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { KnownColour } from '../../domain/advice/colour-advice.ts';

/** `releases` are those of the catalogue that the answer was read from: several when one was imported meanwhile. */
export type ColoursOfParts = {
  readonly releases: readonly string[];
  readonly byPart: ReadonlyMap<string, readonly KnownColour[]>;
};

/** The colours that parts are known in, with the prices that the reader may use. */
export interface PartColours {
  of(parts: readonly string[], reader: UserId, cause: Cause): Promise<ColoursOfParts>;
}
