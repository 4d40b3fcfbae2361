import { gossip, type GossipServer } from '../wire/gossip.ts';
import { writeUuid } from '../wire/shared.ts';

export type AdvertisedEndpoint = { readonly host: string; readonly port: number };

/** A node that listens on all addresses advertises the one by which it was reached. */
const ALL_ADDRESSES: readonly string[] = ['0.0.0.0', '::'];

/** `authority` is host and port as the client wrote them. */
export const advertisedEndpoint = (authority: string, own: AdvertisedEndpoint): AdvertisedEndpoint => {
  const address = ALL_ADDRESSES.includes(own.host) ? URL.parse(`http://${authority}`) : null;
  if (address === null) return own;
  return { host: address.hostname.replace(/^\[|\]$/g, ''), port: Number(address.port) || own.port };
};

/** A cluster of one, always its leader. */
export const gossipService = (instanceId: string, endpoint: () => AdvertisedEndpoint): GossipServer => ({
  read: (call, callback) => {
    const { host, port } = advertisedEndpoint(call.getHost(), endpoint());
    const member = new gossip.MemberInfo()
      .setInstanceId(writeUuid(instanceId, true))
      .setTimeStamp((BigInt(Date.now()) * 10_000n).toString())
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    callback(null, new gossip.ClusterInfo().setMembersList([member]));
  },
});

/** The same as `GET /gossip` answers it. */
export const gossipJson = (instanceId: string, { host, port }: AdvertisedEndpoint, lastPosition: bigint) => ({
  members: [
    {
      instanceId,
      timeStamp: new Date().toISOString(),
      state: 'Leader',
      isAlive: true,
      httpEndPointIp: host,
      httpEndPointPort: port,
      lastCommitPosition: Number(lastPosition),
      writerCheckpoint: Number(lastPosition),
      chaserCheckpoint: Number(lastPosition),
      nodePriority: 0,
      isReadOnlyReplica: false,
    },
  ],
  serverIp: host,
  serverPort: port,
});
