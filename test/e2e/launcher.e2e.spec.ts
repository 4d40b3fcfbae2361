import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { awaitCounts, uploadMoc } from '@lego-moc/local/demo-steps';
import { gatewayClient } from '@lego-moc/local/gateway-client';
import { freePorts } from '@lego-moc/local/ports';
import type { Ports } from '@lego-moc/local/registry';
import { launch, type Launcher } from './launcher.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS } from './platform.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');
const sampleFiles = {
  instructions: join(samples, 'harbour-crane-instructions.pdf'),
  photo: join(samples, 'harbour-crane.png'),
  partsLists: [join(samples, 'harbour-crane-parts.xml')],
};

/** Processes that have not ended by then are killed; no test may depend on that. */
const GRACE_S = 10;

/** All processes on this data directory, including PostgreSQL's own children: they inherit its name. */
const runningOn = (dataDir: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`LEGO_MOC_DATA_DIR=${dataDir}\0`)
      );
    } catch {
      return false;
    }
  });

describe('launching the platform', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let dataDir: string;
  let ports: Ports;

  before(async function () {
    if (!existsSync('/proc/self/environ')) this.skip();
    await leaveGivenEventStore();
  });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'launcher-'));
    ports = await freePorts();
  });
  afterEach(() => {
    for (const pid of runningOn(dataDir)) process.kill(Number(pid), 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ready = async (launcher: Launcher): Promise<void> => {
    await pollUntil(
      'the platform runs or has ended',
      () => launcher.output().includes('Ctrl-C stops it') || launcher.process.exitCode !== null,
      Boolean,
      PLATFORM_WITHIN_MS,
    );
    expect(launcher.output()).to.include('Ctrl-C stops it');
  };

  it('shows which service listens on which port, and stops all of them on Ctrl-C', async () => {
    const launcher = launch('start', dataDir, ports);
    await ready(launcher);
    for (const name of ['gateway', 'moc-management', 'event-store', 'postgres'])
      expect(launcher.output()).to.include(name);
    expect(runningOn(dataDir).length).to.be.greaterThan(8);

    // Services that have handled requests hold more resources than idle ones.
    const token = await issueToken(dataDir, { name: 'ada' });
    const gateway = gatewayClient(`http://127.0.0.1:${String(ports.get('gateway'))}`, token);
    const { moc } = await uploadMoc(gateway, 'Harbour crane', sampleFiles);
    await awaitCounts(gateway, moc, () => undefined);

    launcher.process.kill('SIGINT');

    expect(await launcher.exit).to.equal(0);
    const [, seconds] = /All stopped in ([\d.]+) s/.exec(launcher.output()) ?? [];
    expect(Number(seconds)).to.be.lessThan(GRACE_S);
    expect(runningOn(dataDir)).to.deep.equal([]);
  });

  it('leaves nothing behind after kill -9, and starts again on the same data', async () => {
    const first = launch('start', dataDir, ports);
    await ready(first);
    first.process.kill('SIGKILL');
    await pollUntil('every process has ended', () => runningOn(dataDir).length === 0, Boolean, 20_000);

    const second = launch('start', dataDir, ports);
    await ready(second);
    second.process.kill('SIGTERM');
    expect(await second.exit).to.equal(0);
  });

  it('stops the processes already started when it is interrupted half-way', async () => {
    const launcher = launch('start', dataDir, ports);
    await pollUntil('processes run', () => runningOn(dataDir).length > 2, Boolean, PLATFORM_WITHIN_MS);
    launcher.process.kill('SIGINT');
    await launcher.exit;

    expect(runningOn(dataDir)).to.deep.equal([]);
  });

  it('reports in one line which ports are taken', async () => {
    const inTheWay = createServer().listen(ports.get('gateway'), '127.0.0.1');
    await once(inTheWay, 'listening');
    const launcher = launch('start', dataDir, ports);
    const code = await launcher.exit;
    inTheWay.close();

    expect(code).to.equal(1);
    expect(launcher.output().trim().split('\n')).to.have.lengthOf(1);
    expect(launcher.output()).to.match(new RegExp(`^Port ${String(ports.get('gateway'))} is taken`));
  });
});
