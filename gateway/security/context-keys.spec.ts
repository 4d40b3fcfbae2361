import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { contextKeys, type ContextKeys } from './context-keys.ts';

const HOUR_MS = 3_600_000;

describe('keeping the keys that sign user contexts', () => {
  let folder: string;
  const ringKeys: ContextKeys[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-keys-'));
  });
  afterEach(async () => {
    for (const keys of ringKeys.splice(0)) keys.stop();
    await rm(folder, { recursive: true, maxRetries: 5 });
  });

  const open = async (rotateEveryMs = HOUR_MS): Promise<ContextKeys> => {
    const path = join(folder, 'deeper', 'ring.json');
    const keys = await contextKeys({ path, rotateEveryMs, checkEveryMs: 20, logger: silentLogger });
    ringKeys.push(keys);
    return keys;
  };
  const kids = (keys: ContextKeys) => keys.publicKeys().keys.map(({ kid }) => kid);

  it('signs with the same key after a restart', async () => {
    const before = await open();
    const after = await open();

    expect(after.current().kid).to.equal(before.current().kid);
    expect((await stat(join(folder, 'deeper', 'ring.json'))).mode & 0o077).to.equal(0);
  });

  it('gives all instances the same keys when they start at once', async () => {
    const instances = await Promise.all([open(), open(), open()]);

    expect(new Set(instances.map((keys) => kids(keys).join())).size).to.equal(1);
  });

  it('publishes a key before its first and after its last signature', async () => {
    const keys = await open();
    const [first, second] = kids(keys);
    await keys.rotate();

    expect(keys.current().kid).to.equal(second);
    expect(kids(keys)).to.include.members([first, second]).and.to.have.length(3);
    await keys.rotate();
    expect(kids(keys)).not.to.include(first);
  });

  it('follows another instance that rotated the keys', async () => {
    const [first, second] = [await open(), await open()];
    await first.rotate();
    while (second.current().kid !== first.current().kid) await pause(5);

    expect(kids(second)).to.deep.equal(kids(first));
  });

  it('gives all instances the same keys when they rotate at once, and leaves no additional files', async () => {
    const instances = [await open(), await open(), await open()];
    for (let times = 0; times < 5; times += 1) {
      await Promise.all(instances.map((keys) => keys.rotate()));
      expect(new Set(instances.map((keys) => kids(keys).join())).size).to.equal(1);
    }
    expect(await readdir(join(folder, 'deeper'))).to.have.length(2);
  });

  it('completes the rotation of an instance that died half-way', async () => {
    const path = join(folder, 'deeper', 'ring.json');
    const dying = await open();
    const before = await readFile(path);
    await dying.rotate();
    dying.stop();
    await writeFile(path, before);
    const other = await open();
    await other.rotate();

    expect(kids(other)).to.deep.equal(kids(dying));
    expect(kids(await open())).to.deep.equal(kids(dying));
  });

  it('rotates when the time has come', async () => {
    const keys = await open(100);
    const first = keys.current().kid;
    while (keys.current().kid === first) await pause(5);

    expect(kids(keys)).to.include(first);
  });
});
