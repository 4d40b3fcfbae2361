import { expect } from 'chai';
import { jsonEvent } from '@eventstore/db-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import { awaitRevision } from './testing/await-revision.ts';
import type { Projection } from './projection.ts';
import type { Progress } from './rebuild.ts';
import { followProjection, type RunningProjection } from './run-projection.ts';
import {
  box,
  boxCodec,
  boxShelf,
  hashOf,
  openToyShop,
  put,
  type BoxEvent,
  type BoxRow,
  type ToyShop,
} from './testing/toy-box.ts';

describe('rebuilding a read model', () => {
  let shop: ToyShop;
  let running: RunningProjection;

  const untilRevision = (id: string, revision: bigint): Promise<boolean> =>
    pollUntil('seen', () => awaitRevision(shop.store, 'box-shelf', id, revision, 1_000).catch(() => false));

  before(async function () {
    this.timeout(30_000);
    shop = await openToyShop();
    running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    const ids = Array.from({ length: 20 }, () => newId());
    for (const [index, id] of ids.entries()) {
      const revision = await put(shop, id, box.opened, ...Array.from({ length: index }, (_, n) => box.added(`p${n}`)));
      const last = index % 4 === 0 ? await put(shop, id, box.closed) : revision;
      await untilRevision(id, last);
    }
  });

  after(() => running.stop());

  it('leads to the same rows as following did', async () => {
    const hashBefore = await hashOf(shop.db);
    const progress: Progress[] = [];
    const result = await running.rebuild((line) => progress.push(line));

    expect(await hashOf(shop.db)).to.equal(hashBefore);
    expect(result).to.include({ phase: 'done', events: 20 + 190 + 5, rows: 20 });
    expect(progress.map(({ phase }) => phase)).to.include.members(['filling', 'indexing', 'swapping', 'done']);
    expect((await running.status()).generation).to.equal(2);
  });

  it('changes nothing when it is cancelled before readers see it, and can be started again', async () => {
    const [hashBefore, { generation }] = [await hashOf(shop.db), await running.status()];
    const outcome = await running
      .rebuild(({ phase }) => {
        if (phase === 'indexing') expect(running.cancel()).to.equal(true);
      })
      .catch((error: unknown) => (error as Error).name);

    expect(outcome).to.equal('JobCancelled');
    expect(running.cancel()).to.equal(false);
    expect([await hashOf(shop.db), (await running.status()).generation]).to.deep.equal([hashBefore, generation]);
    expect(await running.rebuild()).to.include({ phase: 'done' });
  });

  it('repairs rows that were damaged', async () => {
    const sound = await hashOf(shop.db);
    const { generation } = await running.status();
    await shop.db.none(`UPDATE box_shelf_${generation} SET studs = -1, colour = 'pink'`);
    await running.rebuild();
    expect(await hashOf(shop.db)).to.equal(sound);
  });

  it('leaves one table, and readers always see one', async () => {
    const rowCounts: number[] = [];
    const stop = new AbortController();
    const reader = (async () => {
      while (!stop.signal.aborted) rowCounts.push((await shop.db.any('SELECT id FROM box_shelf')).length);
    })();
    await running.rebuild();
    stop.abort();
    await reader;
    expect(new Set(rowCounts)).to.deep.equal(new Set([15]));
    const tables = await shop.db.any("SELECT tablename FROM pg_tables WHERE tablename LIKE 'box_shelf_%'");
    expect(tables).to.have.length(1);
  });

  it('includes events that are appended meanwhile', async () => {
    const ids = Array.from({ length: 30 }, () => newId());
    const writing = (async () => {
      const last = new Map<string, bigint>();
      for (let round = 0; round < 5; round += 1)
        for (const id of ids) last.set(id, await put(shop, id, round === 0 ? box.opened : box.added(`r${round}`)));
      return last;
    })();
    await running.rebuild();
    await running.rebuild();
    for (const [id, revision] of await writing) await untilRevision(id, revision);
    const hashBefore = await hashOf(shop.db);
    await running.rebuild();
    expect(await hashOf(shop.db)).to.equal(hashBefore);
  });

  it('refuses a second rebuild at the same time', async () => {
    const outcomes = await Promise.allSettled([running.rebuild(), running.rebuild()]);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals).to.have.length(1);
    expect(String(refusals[0]?.reason)).to.equal('RebuildRunning: box-shelf is being rebuilt or verified already');
  });

  it('skips an event that cannot be read, and counts its stream as failed', async () => {
    const id = newId();
    await untilRevision(id, await put(shop, id, box.opened, box.added('3001')));
    const bad = jsonEvent({ type: 'toys.BrickAdded', data: { part: 7 } });
    await shop.client.appendToStream(`${shop.category}-${id}`, bad);
    const { phase, failed, firstFailure } = await running.rebuild();
    expect({ phase, failed }).to.deep.equal({ phase: 'done', failed: 1 });
    expect(firstFailure).to.contain(`2@${shop.category}-${id}`);
    expect(await shop.db.one('SELECT revision, parts FROM box_shelf WHERE id = $1', [id])).to.deep.equal({
      revision: 1n,
      parts: ['3001'],
    });
  });

  it('starts by itself when the columns have changed', async () => {
    await running.stop();
    const { generation } = await running.status();
    const shelf = boxShelf(shop.category);
    const sizedShelf: Projection<BoxEvent, BoxRow & { readonly size: number }> = {
      ...shelf,
      columns: { ...shelf.columns, size: 'integer' },
      evolve: (row, recordedEvent) => {
        const next = shelf.evolve(row, recordedEvent);
        return next && { ...next, size: next.parts.length };
      },
    };
    running = followProjection(shop.host, sizedShelf, boxCodec);
    await pollUntil('rebuilt', async () => (await running.status()).generation > generation);
    const sizes = await shop.db.any<{ size: number }>('SELECT size FROM box_shelf WHERE size IS NULL');
    expect(sizes).to.deep.equal([]);
  });
});
