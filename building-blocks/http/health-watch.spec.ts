import { once, EventEmitter } from 'node:events';
import { expect } from 'chai';
import { watchHealth } from './health-watch.ts';

const often = { everyMs: 1, timeoutMs: 20 };

describe('watching the health of dependencies', () => {
  const startWatch = (check: () => Promise<unknown>) => {
    const changes = new EventEmitter();
    const stop = watchHealth(check, (isWell, error) => changes.emit('change', isWell, error), often);
    return { stop, next: async () => (await once(changes, 'change')) as [boolean, unknown] };
  };

  it('reports when a check begins to fail, why, and when it succeeds again', async () => {
    let isThere = true;
    const { stop, next } = startWatch(() => (isThere ? Promise.resolve() : Promise.reject(new Error('gone'))));
    isThere = false;
    const [isWell, error] = await next();
    expect(isWell).to.equal(false);
    expect(error).to.match(/gone/);
    isThere = true;
    expect((await next())[0]).to.equal(true);
    stop();
  });

  it('counts a check without an answer as failed', async () => {
    const { stop, next } = startWatch(() => new Promise(() => undefined));
    expect((await next())[0]).to.equal(false);
    stop();
  });

  it('runs one check at a time, and none once it is stopped', async () => {
    let checks = 0;
    const { stop, next } = startWatch(() => {
      checks += 1;
      return new Promise(() => undefined);
    });
    await next();
    stop();
    expect(checks).to.equal(1);
  });
});
