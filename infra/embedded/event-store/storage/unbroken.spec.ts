import { expect } from 'chai';
import type { Direction } from './event-log.ts';
import { RecordDamaged } from './record.ts';
import { unbroken } from './unbroken.ts';

/** Records of 10, 20 and 30 bytes: at 10, 30 and 60. */
const LENGTHS: Readonly<Record<number, number>> = { 10: 10, 30: 20, 60: 30 };
const END = 60;

const read = (direction: Direction, start: number, positions: readonly number[], isComplete = true): void => {
  const chain = unbroken(direction, start, END);
  for (const position of positions) chain.follow(position, Buffer.alloc(LENGTHS[position] ?? 0));
  if (isComplete) chain.complete();
};

describe('watching over a read of the log', () => {
  it('lets pass what leaves nothing out, from wherever it starts', () => {
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
    unbroken('forwards', 0, 0).complete();
    unbroken('backwards', 999, 0).complete();
  });

  it('notices what is left out at the beginning, in between and at the end', () => {
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

  it('notices a record that is not where its position is', () => {
    expect(() => unbroken('forwards', 0, END).follow(10, undefined)).to.throw(RecordDamaged, 'cannot be found');
  });
});
