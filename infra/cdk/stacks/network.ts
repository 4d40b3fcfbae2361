import { Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { DeployedService } from '../platform/services.ts';
import { needs, BACKENDS } from '../platform/services.ts';
import type { Stage } from '../platform/stages.ts';
import { acknowledge } from './acknowledge.ts';

export const PORTS = { database: 5432, cache: 6379, search: 443, 'event-store': 2113, replication: 1112, files: 2049 };

type Group = ec2.ISecurityGroup;

export type SecurityGroups = {
  readonly publicAlb: Group;
  readonly internalAlb: Group;
  readonly service: (name: string) => Group;
  readonly database: Group;
  readonly databaseAccess: Group;
  readonly cache: Group;
  readonly search: Group;
  readonly 'event-store': Group;
  readonly files: Group;
};

type NetworkProps = StackProps & { readonly stage: Stage; readonly services: readonly DeployedService[] };

/** The VPC, and who may open a connection to whom: all rules are here. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.IVpc;
  readonly groups: SecurityGroups;
  readonly namespace: PrivateDnsNamespace;

  constructor(scope: Construct, id: string, { stage, services, ...props }: NetworkProps) {
    super(scope, id, props);
    this.vpc = this.useVpc(stage);
    this.namespace = new PrivateDnsNamespace(this, 'Namespace', {
      name: `lego-moc-${stage.name}.internal`,
      vpc: this.vpc,
    });
    this.groups = this.makeGroups(services);
    this.allowClients(services);
    this.allowCalls(services);
    this.allowBackends(services);
  }

  private useVpc({ vpc }: Stage): ec2.IVpc {
    if ('vpcId' in vpc) {
      const { vpcId, cidr, availabilityZones, publicSubnetIds, privateSubnetIds } = vpc;
      return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
        ...{ vpcId, vpcCidrBlock: cidr, availabilityZones: [...availabilityZones] },
        ...{ publicSubnetIds: [...publicSubnetIds], privateSubnetIds: [...privateSubnetIds] },
      });
    }
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpc.cidr),
      // Three zones: the event store's cluster needs a node in each.
      maxAzs: 3,
      natGateways: vpc.natGateways,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      flowLogs: {
        Rejected: {
          trafficType: ec2.FlowLogTrafficType.REJECT,
          destination: ec2.FlowLogDestination.toCloudWatchLogs(
            new logs.LogGroup(this, 'FlowLogs', { retention: logs.RetentionDays.ONE_MONTH }),
          ),
        },
      },
    });
  }

  private group(id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  private makeGroups(services: readonly DeployedService[]): SecurityGroups {
    const byName = new Map(services.map(({ name }) => [name, this.group(`Service-${name}`, `Tasks of ${name}`)]));
    return {
      publicAlb: this.group('PublicAlb', 'The public load balancer'),
      internalAlb: this.group('InternalAlb', 'The load balancer between services'),
      service: (name) => {
        const group = byName.get(name);
        if (group === undefined) throw new Error(`No security group of ${name}`);
        return group;
      },
      database: this.group('Database', 'PostgreSQL'),
      databaseAccess: this.group('DatabaseAccess', 'Provisioning and rotation of database roles'),
      cache: this.group('Cache', 'Redis'),
      search: this.group('Search', 'OpenSearch'),
      'event-store': this.group('EventStore', 'Nodes of the event store'),
      files: this.group('Files', 'The signing keys that gateways share'),
    };
  }

  /** A rule on both sides: groups have no way out but these. */
  private allow(from: Group, to: Group, port: number, why: string): void {
    to.addIngressRule(from, ec2.Port.tcp(port), why);
    from.addEgressRule(to, ec2.Port.tcp(port), why);
  }

  private allowClients(services: readonly DeployedService[]): void {
    const { publicAlb, service } = this.groups;
    publicAlb.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Clients');
    publicAlb.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'Redirected to HTTPS');
    acknowledge(publicAlb, 'AwsSolutions-EC23', 'The public entrance of the platform: clients come from everywhere.');
    const gateway = services.find(({ isGateway }) => isGateway);
    if (gateway !== undefined) this.allow(publicAlb, service(gateway.name), gateway.port, 'Requests of clients');
  }

  private allowCalls(services: readonly DeployedService[]): void {
    const { internalAlb, service } = this.groups;
    const gateway = services.find(({ isGateway }) => isGateway);
    for (const caller of services) {
      for (const callee of services.filter(({ name }) => caller.calls.includes(name)))
        this.allow(service(caller.name), internalAlb, callee.port, `${caller.name} calls ${callee.name}`);
      if (gateway !== undefined && caller.variables.has('USER_CONTEXT_JWKS_URL'))
        this.allow(service(caller.name), service(gateway.name), gateway.port, `${caller.name} fetches public keys`);
    }
    for (const { name, port, isGateway } of services)
      if (!isGateway) this.allow(internalAlb, service(name), port, `Requests to ${name}`);
  }

  private allowBackends(services: readonly DeployedService[]): void {
    const { service, databaseAccess, database, files, 'event-store': eventStore } = this.groups;
    for (const client of services) {
      for (const backend of BACKENDS.filter((some) => needs(client, some)))
        this.allow(service(client.name), this.groups[backend], PORTS[backend], `${client.name} uses ${backend}`);
      if (client.isGateway) this.allow(service(client.name), files, PORTS.files, 'Signing keys');
      service(client.name).addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'AWS, and partners by HTTPS');
    }
    this.allow(databaseAccess, database, PORTS.database, 'Provisions and rotates roles');
    databaseAccess.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Secrets Manager and ECS');
    for (const port of [PORTS.replication, PORTS['event-store']])
      this.allow(eventStore, eventStore, port, 'Nodes of one cluster');
    eventStore.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Image, secrets and backups');
  }
}
