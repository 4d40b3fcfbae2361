import { reject, type Decision } from '@lego-moc/kernel/decider';
import type { OrderInstructions } from './moc-commands.ts';
import type { AttachedFile, FileId, InstructionsOrdered } from './moc-events.ts';

export type InstructionOrderRejection = 'order-mismatch';

const isInstruction = ({ kind }: AttachedFile): boolean => kind === 'instruction';

/** The parts of the instructions in their order, which is that of the files. */
export const instructionOrder = (files: readonly AttachedFile[]): readonly FileId[] =>
  files.filter(isInstruction).map(({ fileId }) => fileId);

export const isSameOrder = (some: readonly FileId[], other: readonly FileId[]): boolean =>
  some.length === other.length && some.every((fileId, index) => fileId === other[index]);

/** The files with the parts of the instructions in another order; all other files stay where they are. */
export const arrangeInstructions = (
  files: readonly AttachedFile[],
  order: readonly FileId[],
): readonly AttachedFile[] => {
  const places = new Map(order.map((fileId, place) => [fileId, place]));
  const placeOf = ({ fileId }: AttachedFile): number => places.get(fileId) ?? order.length;
  const parts = files.filter(isInstruction).toSorted((some, other) => placeOf(some) - placeOf(other));
  const next = parts.values();
  return files.map((file) => (isInstruction(file) ? (next.next().value ?? file) : file));
};

/** A new order names every part once: one that was made before a part came or went is refused. */
export const orderInstructions = (
  { data: { mocId, order } }: OrderInstructions,
  files: readonly AttachedFile[],
): Decision<InstructionsOrdered, InstructionOrderRejection> => {
  const present = instructionOrder(files);
  if (!isSameOrder(order.toSorted(), present.toSorted()))
    return reject('order-mismatch', 'Name every part of the instructions exactly once; read them again.');
  return isSameOrder(order, present) ? [] : [{ type: 'InstructionsOrdered', data: { mocId, order } }];
};
