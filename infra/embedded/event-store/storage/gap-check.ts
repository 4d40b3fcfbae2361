import type { Direction } from './event-log.ts';
import { RecordDamaged } from './record.ts';

type Link = { readonly position: number; readonly length: number };

/**
 * A position counts the bytes of all records up to its own, so that records which the tables have lost leave a gap.
 * Watches over one read of the log from `start`, inclusive forwards and exclusive backwards, where `end` is the last
 * position: throws `RecordDamaged` rather than let it skip something or end too early.
 */
export const gapCheck = (direction: Direction, start: number, end: number) => {
  const isForwards = direction === 'forwards';
  let last: Link | undefined;

  const follows = (next: Link): boolean => {
    if (isForwards) return last === undefined ? beginOf(next) < Math.max(start, 1) : beginOf(next) === last.position;
    return last === undefined ? start <= end || next.position >= end : next.position === beginOf(last);
  };
  const isComplete = (): boolean => {
    if (end === 0) return true;
    if (isForwards) return (last?.position ?? start - 1) >= end;
    return last === undefined ? start <= end : beginOf(last) === 0;
  };
  const refuseUnless = (isSound: boolean): void => {
    if (!isSound) throw new RecordDamaged(BigInt(last?.position ?? start), 'has lost its neighbour');
  };

  return {
    verify: (position: number, record: Buffer | undefined): Buffer => {
      if (record === undefined) throw new RecordDamaged(BigInt(position), 'cannot be found');
      refuseUnless(follows({ position, length: record.length }));
      last = { position, length: record.length };
      return record;
    },
    /** There was nothing beyond. */
    verifyEnd: (): void => refuseUnless(isComplete()),
  };
};

/** The position before a record. */
const beginOf = ({ position, length }: Link): number => position - length;
