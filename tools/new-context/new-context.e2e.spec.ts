import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { newContext, type NewContext } from './new-context.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NAME = 'brick-shelf';
const FILES_MAX = 11;
const LINES_MAX = 460;

const run = promisify(execFile);

const modulesIn = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'node_modules')).filter((name) => name !== '@lego-moc');

/** A copy of the repository with its own packages, and the dependencies that are installed here. */
const copyRepository = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'new-context-'));
  const fileList = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of fileList.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path))))
    cpSync(join(ROOT, file), join(copy, file));

  const link = (target: string, path: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  for (const name of modulesIn(ROOT)) link(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] };
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith('/*')
      ? readdirSync(join(ROOT, pattern.slice(0, -2))).map((name) => pattern.replace('*', name))
      : [pattern],
  );
  for (const folder of folders.filter((path) => existsSync(join(ROOT, path, 'package.json')))) {
    const { name } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { name: string };
    link(join(copy, folder), join(copy, 'node_modules', name));
    const own = join(ROOT, folder, 'node_modules');
    if (existsSync(own)) link(own, join(copy, folder, 'node_modules'));
  }
  return copy;
};

describe('writing a new context', function () {
  this.timeout(400_000);
  let copy: string;
  let result: NewContext;

  before(async () => {
    copy = copyRepository();
    closeAfterAllTests(() => {
      rmSync(copy, { recursive: true, force: true });
      return Promise.resolve();
    });
    result = await newContext(copy, NAME);
    symlinkSync(join(copy, 'contexts', NAME), join(copy, 'node_modules/@lego-moc', NAME));
  });

  it(`writes at most ${FILES_MAX} files, ${LINES_MAX} lines and one edit elsewhere`, () => {
    const lines = result.files.flatMap((file) => readFileSync(join(copy, file), 'utf8').trimEnd().split('\n'));
    expect(result.files.length).to.be.at.most(FILES_MAX);
    expect(lines.length).to.be.at.most(LINES_MAX);
    expect(result.editedFile).to.equal('contexts/registry.ts');
  });

  it('rejects a name that is taken or is not in kebab-case', async () => {
    for (const name of ['wishlist', 'BrickShelf', '../shelf'])
      expect(await newContext(copy, name).catch((error: unknown) => error)).to.be.instanceOf(Error);
  });

  it('compiles, passes the fences and its specs', async () => {
    const node = (script: string, ...args: readonly string[]) =>
      run(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: copy, maxBuffer: 1e8 });
    await node('typescript/bin/tsc', '--noEmit');
    await node('eslint/bin/eslint.js', `contexts/${NAME}`);
    await node(
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'contexts',
      'building-blocks',
    );
    const { stdout } = await node('mocha/bin/mocha.js', `contexts/${NAME}/**/*.spec.ts`);
    expect(stdout).to.include('8 passing');
  });

  it('is started by the launcher, published by the gateway and shown to operators', async () => {
    const registry = (await import(join(copy, 'contexts/registry.ts'))) as { SERVICES: readonly { name: string }[] };
    const names = ['gateway', 'event-store', 'postgres', 'identity', ...registry.SERVICES.map(({ name }) => name)];
    const ports = new Map<string, number>();
    for (const name of names) ports.set(name, await getPort());
    const dataDir = join(copy, '.data');
    const launcher = spawn(process.execPath, ['infra/local/start.ts'], {
      cwd: copy,
      env: {
        ...process.env,
        LEGO_MOC_DATA_DIR: dataDir,
        LEGO_MOC_PORTS: [...ports].map(([name, port]) => `${name}=${port}`).join(','),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    launcher.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exit = once(launcher, 'exit');
    try {
      await pollUntil('the platform', () => output.includes('Ready in'), Boolean, 120_000);
      const url = `http://127.0.0.1:${String(ports.get('gateway'))}`;
      const authorization = `Bearer ${await issueToken(dataDir, { name: 'ada', roles: ['operator'] })}`;
      const json = { authorization, 'content-type': 'application/json' };

      const creation = await fetch(`${url}/api/${NAME}`, { method: 'POST', headers: json, body: '{"title":"Crane"}' });
      expect(creation.status, await creation.clone().text()).to.equal(201);
      const revision = creation.headers.get('etag')?.replaceAll('"', '') ?? '';
      const list = await fetch(`${url}/api/${NAME}?atLeastRevision=${revision}`, { headers: { authorization } });
      expect(await list.json()).to.deep.equal({ entries: [await creation.json()] });

      const projections = await fetch(`${url}/ops/${NAME}/projections`, { headers: { authorization } });
      expect(await projections.text()).to.include('entry-lists');
      await pollUntil('the public document', async () =>
        (await (await fetch(`${url}/docs/openapi.json`)).text()).includes(`/api/${NAME}/{entryId}`),
      );
    } finally {
      launcher.kill('SIGTERM');
      await exit;
    }
  });
});
