import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, UnavailableError } from '@eventstore/db-client';
import { expect } from 'chai';
import { startNode, type RunningNode } from './start-node.ts';

const typeOf = (error: unknown): unknown => (error instanceof Error && 'type' in error ? error.type : error);
const failure = (work: Promise<unknown>) => work.then(() => 'nothing failed', typeOf);

describe('starting a node', () => {
  it('rejects an unencrypted address beyond loopback unless it is allowed', async () => {
    for (const host of ['0.0.0.0', '::', '127.example.invalid']) {
      expect(await startNode({ mem: true, port: 0, host }).catch(String)).to.contain('Refusing to listen');
    }
    const node = await startNode({ mem: true, port: 0, host: '0.0.0.0', allowInsecure: true });
    await node.stop();
  });

  it('rejects passwords without TLS', async () => {
    expect(await startNode({ mem: true, port: 0, passwords: { admin: 'a', ops: 'o' } }).catch(String)).to.contain(
      'TLS',
    );
  });

  it('fails with a clear message when the port is in use', async () => {
    const node = await startNode({ mem: true, port: 0 });
    expect(await startNode({ mem: true, port: node.port }).catch(String)).to.contain('EADDRINUSE');
    await node.stop();
  });

  it('unlocks its directory when it cannot start', async () => {
    const path = mkdtempSync(join(tmpdir(), 'node-spec-'));
    const node = await startNode({ mem: true, port: 0 });
    expect(await startNode({ path, port: node.port }).catch(String)).to.contain('EADDRINUSE');
    const certificate = { cert: 'no certificate', key: 'no key' };
    expect(await startNode({ path, port: 0, certificate }).catch(String)).to.contain('The certificate or its key');
    await (await startNode({ path, port: 0 })).stop();
    await node.stop();
    rmSync(path, { recursive: true });
  });

  it('ends subscriptions with UnavailableError when it stops', async () => {
    const node = await startNode({ mem: true, port: 0 });
    const client = EventStoreDBClient.connectionString(node.connectionString);
    const subscription = client.subscribeToAll({ fromPosition: 'end' });
    const failure = new Promise((resolve) => subscription.once('error', resolve));
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await node.stop();
    expect(await failure)
      .to.be.instanceOf(UnavailableError)
      .with.property('message')
      .that.contains('shutting down');
    await client.dispose();
  });

  it('writes events to an empty log, once, so that $all is never empty', async () => {
    const path = mkdtempSync(join(tmpdir(), 'start-node-spec-'));
    const typesAfterStart = async () => {
      const node = await startNode({ path, port: 0 });
      const client = EventStoreDBClient.connectionString(node.connectionString);
      const events = await client.readAll().toArray();
      await client.dispose();
      await node.stop();
      return events.map((resolvedEvent) => (resolvedEvent as { event: { type: string } }).event.type);
    };
    const types = await typesAfterStart();
    expect(types).to.deep.equal(['$UserCreated', '$UserCreated', '$User', '$User']);
    expect(await typesAfterStart()).to.deep.equal(types);
    rmSync(path, { recursive: true });
  });

  it('counts a dropped append in /metrics and answers it after the commit timeout', async () => {
    const node = await startNode({ mem: true, port: 0, commitTimeoutMs: 50 });
    const client = EventStoreDBClient.connectionString(node.connectionString);
    const event = jsonEvent({ type: 'Happened', data: {} });
    const append = () => client.appendToStream('moc-1', event, { expectedRevision: 'no_stream' });
    const outcomes = await Promise.allSettled([append(), append()]);
    expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
    const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    expect(metrics.split('\n')).to.include('event_store_dropped_twins_total 1');
    await client.dispose();
    await node.stop();
  });

  it('waits for a client that sends its first bytes late, and serves others meanwhile', async () => {
    const node = await startNode({ mem: true, port: 0 });
    const socket = connect(node.port, '127.0.0.1').setEncoding('utf8');
    socket.write('P');
    expect((await fetch(`http://127.0.0.1:${node.port}/health/live`)).status).to.equal(204);
    socket.write('OST /nowhere HTTP/1.1\r\nHost: node\r\nContent-Length: 0\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).to.match(/^HTTP\/1\.1 404 /);
    socket.destroy();
    await node.stop();
  });

  it('answers a client that speaks neither protocol and closes the connection', async () => {
    const node = await startNode({ mem: true, port: 0 });
    const socket = connect(node.port, '127.0.0.1').setEncoding('utf8');
    socket.write('PRI is not quite it\r\n\r\n');
    await once(socket.resume(), 'close');
    await node.stop();
  });
});

describe('a node with users', () => {
  const directory = mkdtempSync(join(tmpdir(), 'node-spec-'));
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  let node: RunningNode | undefined;
  let clients = {} as Record<'admin' | 'ops' | 'anonymous' | 'stranger', EventStoreDBClient>;

  before(async function () {
    try {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const files = ['-keyout', keyFile, '-out', certFile];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files], {
        stdio: 'ignore',
      });
    } catch {
      console.log('    skipped: no openssl to make a certificate with');
      this.skip();
    }
    const certificate = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const passwords = { admin: 'a', ops: 'o' };
    const startedNode = await startNode({ mem: true, port: 0, host: 'localhost', certificate, passwords });
    node = startedNode;
    const as = (credentials: string) =>
      EventStoreDBClient.connectionString`esdb://${credentials}localhost:${startedNode.port}?tls=true&tlsCAFile=${certFile}`;
    clients = { admin: as('admin:a@'), ops: as('ops:o@'), anonymous: as(''), stranger: as('admin:x@') };
  });
  after(async () => {
    for (const client of Object.values(clients)) await client.dispose();
    await node?.stop();
    rmSync(directory, { recursive: true });
  });

  const append = (user: keyof typeof clients, stream: string) =>
    clients[user].appendToStream(stream, jsonEvent({ type: 'Happened', data: {} }));
  const read = async (user: keyof typeof clients, stream: string) => {
    await clients[user].readStream(stream).toArray();
  };
  const readAll = async (user: keyof typeof clients) => {
    await clients[user].readAll({ maxCount: 1 }).toArray();
  };

  it('permits only its users to use streams without $', async () => {
    await append('ops', 'moc-1');
    await read('ops', 'moc-1');
    expect(await failure(read('anonymous', 'moc-1'))).to.equal('access-denied');
  });

  it('rejects wrong credentials for every call', async () => {
    expect(await failure(append('stranger', 'moc-1'))).to.equal('access-denied');
    expect(await failure(read('stranger', 'moc-1'))).to.equal('access-denied');
  });

  it('restricts system streams and the whole log to administrators', async () => {
    expect(await failure(append('ops', '$settings'))).to.equal('access-denied');
    await append('admin', '$settings');
    expect(await failure(readAll('anonymous'))).to.equal('access-denied');
    expect(await failure(readAll('ops'))).to.equal('access-denied');
    await readAll('admin');
  });

  it('applies the access list of a stream to Append and BatchAppend', async () => {
    await append('admin', 'moc-2');
    await clients.admin.setStreamMetadata('moc-2', { acl: { readRoles: ['ops'], writeRoles: ['$admins'] } });
    expect(await failure(read('anonymous', 'moc-2'))).to.equal('access-denied');
    await read('ops', 'moc-2');
    expect(await failure(append('ops', 'moc-2'))).to.equal('access-denied');
    const credentials = { username: 'ops', password: 'o' };
    const classic = clients.admin.appendToStream('moc-2', jsonEvent({ type: 'T', data: {} }), { credentials });
    expect(await failure(classic)).to.equal('access-denied');
  });

  it('rejects listing groups without credentials', async () => {
    expect(await failure(clients.anonymous.listAllPersistentSubscriptions())).to.equal('access-denied');
    expect(await clients.ops.listAllPersistentSubscriptions()).to.deep.equal([]);
  });

  it('answers HTTP without credentials with 401', async () => {
    const statusOf = (auth?: string) =>
      new Promise((resolve, reject) => {
        const options = { ca: readFileSync(certFile), ...(auth === undefined ? {} : { auth }) };
        get(`https://localhost:${node?.port ?? 0}/stats`, options, (response) => {
          resolve(response.resume().statusCode);
        }).on('error', reject);
      });
    expect([await statusOf(), await statusOf('ops:o'), await statusOf('ops:x')]).to.deep.equal([401, 200, 401]);
  });
});
