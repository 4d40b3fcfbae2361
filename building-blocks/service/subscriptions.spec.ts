import { expect } from 'chai';
import type { OperableGroup } from '@lego-moc/event-store/operable';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { withReadModels } from './subscriptions.ts';

const group = (name: string): OperableGroup =>
  ({
    name,
    status: () => Promise.resolve({ name, group: name, state: 'live', lag: 0, parked: 0 }),
  }) as unknown as OperableGroup;
const projection = (readModel: RunningProjection['readModel']): RunningProjection =>
  ({ ...{ name: 'shelf', group: 'box-shelf' }, readModel }) as unknown as RunningProjection;

describe('listing subscriptions', () => {
  const statusesWith = (readModel: RunningProjection['readModel']) =>
    Promise.all(
      withReadModels([group('box-publisher'), group('box-shelf')], [projection(readModel)]).map(({ status }) =>
        status(),
      ),
    );
  const figures = { generation: 2, builtAt: '2026-01-01T12:00:00.000Z', rows: 7 };

  it('says of the groups behind projections how their read models stand', async () => {
    const [publisher, shelf] = await statusesWith(() => Promise.resolve(figures));
    expect(publisher).not.to.have.property('readModel');
    expect(shelf).to.deep.include({ name: 'box-shelf', readModel: { name: 'shelf', ...figures } });
  });

  it('says no figures of a read model whose store does not answer', async () => {
    const [, shelf] = await statusesWith(() => Promise.reject(new Error('away')));
    expect(shelf).to.deep.include({
      ...{ state: 'live', readModel: { name: 'shelf', generation: null, builtAt: null, rows: null } },
    });
  });
});
