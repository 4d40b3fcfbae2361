import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeClients } from './clients.ts';

const FOLDER = join(import.meta.dirname, 'node_modules/.cache/clients');
const TSC = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

const CONTEXTS = [
  'file-processing',
  'file-storage',
  'gallery',
  'inventory',
  'moc-management',
  'profile',
  'search',
  'wishlist',
];

const COMPILER_OPTIONS = {
  ...{ target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true, types: [] },
  ...{ lib: ['es2024', 'dom', 'dom.iterable'], allowImportingTsExtensions: true },
};

const CORRECT = `import { connect } from './wishlist/client.js';
const wishlist = connect({ baseUrl: process.argv[2] ?? '' });
const { data, error } = await wishlist.POST('/api/wishlist', { body: { title: 'Crane', priority: 'high' } });
if (data === undefined) throw new Error(error.detail);
const id: string = data.itemId;
console.log(id);
declare const process: { argv: string[] };
declare const console: { log(text: string): void };
`;
const WRONG = CORRECT.replace("priority: 'high'", "priority: 'urgent'");

const typeErrors = (program: string): string => {
  writeFileSync(join(FOLDER, 'program.ts'), program);
  writeFileSync(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['program.ts'] }),
  );
  return spawnSync(process.execPath, [TSC, '-p', FOLDER], { encoding: 'utf8' }).stdout;
};

describe('the generated clients', () => {
  before(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, 'package.json'), '{ "type": "module" }');
    await writeClients(FOLDER);
  });

  it('are a package per context', () => {
    for (const context of CONTEXTS)
      expect(readdirSync(join(FOLDER, context))).to.have.members([
        'client.js',
        'client.d.ts',
        'schema.d.ts',
        'package.json',
      ]);
  });

  it('compile, and refuse a body that the route would refuse', () => {
    expect(typeErrors(CORRECT)).to.equal('');
    expect(typeErrors(WRONG)).to.include('"urgent"');
  });

  it('are packed by npm without anything else', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json'], {
      cwd: join(FOLDER, 'wishlist'),
      encoding: 'utf8',
    });
    const [{ files = [] } = {}] = JSON.parse(output) as readonly {
      readonly files?: readonly { readonly path: string }[];
    }[];
    expect(files.map(({ path }) => path)).to.have.members(['client.js', 'client.d.ts', 'schema.d.ts', 'package.json']);
  });

  it('send the request and give the answer', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"itemId":"i-1"}');
    }).listen(0);
    await once(server, 'listening');
    try {
      const { connect } = (await import(join(FOLDER, 'wishlist/client.js'))) as {
        connect: (options: object) => { POST: (path: string, init: object) => Promise<{ data: { itemId: string } }> };
      };
      const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const { data } = await connect({ baseUrl }).POST('/api/wishlist', { body: { title: 'Crane' } });
      expect(data.itemId).to.equal('i-1');
      expect(requests).to.deep.equal(['POST /api/wishlist']);
    } finally {
      server.close();
    }
  });
});
