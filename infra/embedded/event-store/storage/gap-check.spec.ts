import { expect } from 'chai';
import type { Direction } from './event-log.ts';
import { RecordDamaged } from './record.ts';
import { gapCheck } from './gap-check.ts';

/** Records of 10, 20 and 30 bytes: at 10, 30 and 60. */
const LENGTHS: Readonly<Record<number, number>> = { 10: 10, 30: 20, 60: 30 };
const END = 60;

const read = (direction: Direction, start: number, positions: readonly number[], isComplete = true): void => {
  const chain = gapCheck(direction, start, END);
  for (const position of positions) chain.verify(position, Buffer.alloc(LENGTHS[position] ?? 0));
  if (isComplete) chain.verifyEnd();
};

describe('checking a read of the log for gaps', () => {
  it('accepts a read without gaps, from any start', () => {
    for (const [start, positions] of [
      [0, [10, 30, 60]],
      [10, [10, 30, 60]],
      [11, [30, 60]],
      [60, [60]],
      [61, []],
      [999, []],
    ] as const) {
      read('forwards', start, positions);
    }
    for (const [start, positions] of [
      [999, [60, 30, 10]],
      [60, [30, 10]],
      [31, [30, 10]],
      [10, []],
    ] as const) {
      read('backwards', start, positions);
    }
    read('forwards', 0, [10], false);
    read('backwards', 999, [60, 30], false);
    gapCheck('forwards', 0, 0).verifyEnd();
    gapCheck('backwards', 999, 0).verifyEnd();
  });

  it('rejects a read that lacks a record at the beginning, in between or at the end', () => {
    for (const [start, positions] of [
      [0, [30, 60]],
      [0, [10, 60]],
      [0, [10, 30]],
      [11, [60]],
      [30, []],
    ] as const) {
      expect(() => read('forwards', start, positions), positions.join()).to.throw(RecordDamaged);
    }
    for (const [start, positions] of [
      [999, [30, 10]],
      [999, [60, 10]],
      [999, [60, 30]],
      [61, []],
    ] as const) {
      expect(() => read('backwards', start, positions), positions.join()).to.throw(RecordDamaged);
    }
  });

  it('rejects a record that does not fit its position', () => {
    expect(() => gapCheck('forwards', 0, END).verify(10, undefined)).to.throw(RecordDamaged, 'cannot be found');
  });
});
