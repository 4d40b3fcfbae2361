import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { expect } from 'chai';
import { GossipService, type gossip } from '../wire/gossip.ts';
import { startNode } from './start-node.ts';

type ReadGossip = (request: shared.Empty, callback: (error: Error | null, cluster: gossip.ClusterInfo) => void) => void;

/** The address of the leader in a gossip response requested through `host`. */
const leaderAddress = async (host: string, port: number): Promise<string> => {
  const Client = makeGenericClientConstructor(GossipService, 'Gossip');
  const client = new Client(`${host}:${port}`, credentials.createInsecure());
  const ask = promisify((client['read'] as unknown as ReadGossip).bind(client));
  const [leader] = (await ask(new shared.Empty())).getMembersList();
  client.close();
  return `${leader?.getHttpEndPoint()?.getAddress() ?? '?'} ${leader?.getHttpEndPoint()?.getPort() ?? '?'}`;
};

describe('gossip', () => {
  it('names the address that a node listens on', async () => {
    const node = await startNode({ mem: true, port: 0 });
    expect(await leaderAddress('localhost', node.port)).to.equal(`127.0.0.1 ${node.port}`);
    await node.stop();
  });

  it('names the address that reached a node which listens on all', async () => {
    const node = await startNode({ mem: true, port: 0, host: '0.0.0.0', allowInsecure: true });
    expect(await leaderAddress('localhost', node.port)).to.equal(`localhost ${node.port}`);
    expect(await leaderAddress('127.0.0.1', node.port)).to.equal(`127.0.0.1 ${node.port}`);
    await node.stop();
  });

  it('names IPv6 addresses without brackets', async function () {
    const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
      addresses?.some(({ address }) => address === '::1'),
    );
    if (!hasIPv6) this.skip();
    const node = await startNode({ mem: true, port: 0, host: '::', allowInsecure: true });
    expect(await leaderAddress('[::1]', node.port)).to.equal(`::1 ${node.port}`);
    await node.stop();
  });
});
