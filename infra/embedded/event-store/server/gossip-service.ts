import { gossip, type GossipServer } from '../wire/gossip.ts';
import { writeUuid } from '../wire/shared.ts';

export type AdvertisedEndpoint = { readonly host: string; readonly port: number };

/** To listen on all addresses is to have none: whoever asks has found one that works, and is given that. */
const ALL_ADDRESSES: readonly string[] = ['0.0.0.0', '::'];

const reachedAt = (authority: string, own: AdvertisedEndpoint): AdvertisedEndpoint => {
  const reached = URL.parse(`http://${authority}`);
  if (reached === null) return own;
  return { host: reached.hostname.replace(/^\[|\]$/g, ''), port: Number(reached.port) || own.port };
};

/** A cluster of one, always its leader. */
export const gossipService = (instanceId: string, endpoint: () => AdvertisedEndpoint): GossipServer => ({
  read: (call, callback) => {
    const own = endpoint();
    const { host, port } = ALL_ADDRESSES.includes(own.host) ? reachedAt(call.getHost(), own) : own;
    const member = new gossip.MemberInfo()
      .setInstanceId(writeUuid(instanceId, true))
      .setTimeStamp((BigInt(Date.now()) * 10_000n).toString())
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    callback(null, new gossip.ClusterInfo().setMembersList([member]));
  },
});
