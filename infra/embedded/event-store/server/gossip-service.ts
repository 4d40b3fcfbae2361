import { gossip, type GossipServer } from '../wire/gossip.ts';
import { writeUuid } from '../wire/shared.ts';

export type AdvertisedEndpoint = { readonly host: string; readonly port: number };

/** A cluster of one, always its leader. */
export const gossipService = (instanceId: string, endpoint: () => AdvertisedEndpoint): GossipServer => ({
  read: (_call, callback) => {
    const { host, port } = endpoint();
    const member = new gossip.MemberInfo()
      .setInstanceId(writeUuid(instanceId, true))
      .setTimeStamp((BigInt(Date.now()) * 10_000n).toString())
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    callback(null, new gossip.ClusterInfo().setMembersList([member]));
  },
});
