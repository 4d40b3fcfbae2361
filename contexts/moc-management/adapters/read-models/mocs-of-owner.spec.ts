import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { RunningProjection } from '@lego-moc/projections/run-projection';
import { mocsOfOwner } from './mocs-of-owner.ts';

describe('looking for all MOCs of an owner', () => {
  it('waits until the catalogue has heard of all that were drafted', async () => {
    const arrears = [2, 1, 0];
    const asked: string[] = [];
    const catalogue = {
      status: () => {
        const lag = arrears.shift() ?? 0;
        asked.push(`lag ${String(lag)}`);
        return Promise.resolve({ lag } as Awaited<ReturnType<RunningProjection['status']>>);
      },
    };
    const db = {
      any: <Row>(_sql: string, [owner]: readonly unknown[] = []): Promise<Row[]> => {
        asked.push(`of ${String(owner)}`);
        return Promise.resolve([{ id: 'crane' } as Row]);
      },
    };
    expect(await mocsOfOwner(db, catalogue)('ada' as UserId)).to.deep.equal(['crane']);
    expect(asked).to.deep.equal(['lag 2', 'lag 1', 'lag 0', 'of ada']);
  });
});
