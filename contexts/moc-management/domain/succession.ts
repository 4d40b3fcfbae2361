import { reject, type Decision } from '@lego-moc/kernel/decider';
import type { NameSuccessor } from './moc-commands.ts';
import type { SuccessorNamed } from './moc-events.ts';
import type { MocId } from './moc-id.ts';

export type SuccessionRejection = 'own-successor' | 'successor-not-found';

/** The owner says which MOC takes the place of this one, or that none does. */
export const nameSuccessor = (
  { data: { mocId, successor, isPublished } }: NameSuccessor,
  former: MocId | null,
): Decision<SuccessorNamed, SuccessionRejection> => {
  if (successor === mocId) return reject('own-successor', 'A MOC cannot take its own place. Name another one.');
  if (successor !== null && !isPublished)
    return reject('successor-not-found', 'There is no such published MOC. Publish it first.');
  return successor === former ? [] : [{ type: 'SuccessorNamed', data: { mocId, successor } }];
};
