import { Duration, RemovalPolicy, Size, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Stage } from '../platform/stages.ts';
import { acknowledge, acknowledgeManagedPolicy, acknowledgeWildcard, immutableGroup } from './acknowledge.ts';
import { nodeCommands } from './event-store-node.ts';
import type { NetworkStack } from './network.ts';

type ClusterStage = Stage & { readonly eventStore: { readonly kind: 'cluster' } };

type EventStoreProps = StackProps & { readonly stage: ClusterStage; readonly network: NetworkStack };

const NODES = [1, 2, 3] as const;

/**
 * A cluster of three nodes, one in each zone. A node is an instance with a fixed name and a volume of its own, which
 * outlives it.
 */
export class EventStoreStack extends Stack {
  /** `{EVENTSTORE_USER}` and `{EVENTSTORE_PASSWORD}` stand for the account of a service. */
  readonly url: string;
  /** The authority that the nodes' certificates are from, in PEM. */
  readonly ca: secrets.Secret;
  private readonly certificates: readonly secrets.Secret[];
  private readonly passwords: secrets.Secret;
  private readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, { stage, network, ...props }: EventStoreProps) {
    super(scope, id, props);
    const zoneName = `event-store-${stage.name}.internal`;
    const zone = new route53.PrivateHostedZone(this, 'Zone', { vpc: network.vpc, zoneName });
    const hosts = NODES.map((number) => `node${number}.${zoneName}`);
    this.ca = this.filledByHand('Ca', 'The authority of the event store, in PEM');
    this.certificates = NODES.map((number) =>
      this.filledByHand(`Certificate${number}`, `JSON of node ${number}: ca, certificate, privateKey`),
    );
    this.passwords = new secrets.Secret(this, 'Passwords', {
      description: 'Of admin and ops, as they were at the first start',
      generateSecretString: {
        secretStringTemplate: '{"ops":"replaced-by-prepare"}',
        generateStringKey: 'admin',
        excludePunctuation: true,
      },
    });
    acknowledge(this.passwords, 'AwsSolutions-SMG4', 'Nodes read it at their first start only; docs/deployment.md.');
    this.logGroup = new logs.LogGroup(this, 'Logs', { retention: stage.logDays });
    const { eventStore } = stage;
    for (const [index, host] of hosts.entries()) this.addNode(index, { host, hosts, zone, network, eventStore, stage });
    this.backUp(stage);
    this.url = `esdb://{EVENTSTORE_USER}:{EVENTSTORE_PASSWORD}@${hosts.map((host) => `${host}:2113`).join(',')}?tls=true&tlsCAFile={EVENTSTORE_CA_PATH}`;
  }

  private filledByHand(id: string, description: string): secrets.Secret {
    const secret = new secrets.Secret(this, id, { description });
    acknowledge(secret, 'AwsSolutions-SMG4', 'A certificate is replaced before it ends: docs/deployment.md says how.');
    return secret;
  }

  private addNode(
    index: number,
    node: {
      readonly host: string;
      readonly hosts: readonly string[];
      readonly zone: route53.IPrivateHostedZone;
      readonly network: NetworkStack;
      readonly eventStore: ClusterStage['eventStore'];
      readonly stage: ClusterStage;
    },
  ): void {
    const { host, hosts, zone, network, eventStore, stage } = node;
    const certificate = this.certificates[index];
    const subnet = network.vpc.privateSubnets[index];
    if (certificate === undefined || subnet === undefined) throw new Error(`No zone for node ${String(index + 1)}`);
    const volume = new ec2.Volume(this, `Volume${String(index + 1)}`, {
      availabilityZone: subnet.availabilityZone,
      size: Size.gibibytes(eventStore.diskGb),
      volumeType: ec2.EbsDeviceVolumeType.GP3,
      encrypted: true,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Tags.of(volume).add('backup', 'event-store');
    const instance = new ec2.Instance(this, `Node${String(index + 1)}`, {
      vpc: network.vpc,
      vpcSubnets: { subnets: [subnet] },
      instanceType: new ec2.InstanceType(eventStore.instanceType),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      securityGroup: immutableGroup(this, `Group${String(index + 1)}`, network.groups['event-store']),
      blockDevices: [{ deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(20, { encrypted: true }) }],
      requireImdsv2: true,
      detailedMonitoring: true,
      ssmSessionPermissions: true,
      disableApiTermination: stage.keepsData,
    });
    this.permit(instance, volume, certificate);
    instance.addUserData(
      `LOG_GROUP=${this.logGroup.logGroupName}`,
      ...nodeCommands({
        ...{ image: eventStore.image, region: stage.region, host, hosts, volumeId: volume.volumeId },
        ...{ certificateSecretArn: certificate.secretArn, adminSecretArn: this.passwords.secretArn },
      }),
    );
    new route53.ARecord(this, `Name${String(index + 1)}`, {
      zone,
      recordName: host,
      target: route53.RecordTarget.fromIpAddresses(instance.instancePrivateIp),
      ttl: Duration.seconds(10),
    });
    if (!stage.keepsData)
      acknowledge(instance, 'AwsSolutions-EC29', 'A stage that may be deleted; the volume holds what matters.');
  }

  private permit(instance: ec2.Instance, volume: ec2.Volume, certificate: secrets.Secret): void {
    certificate.grantRead(instance);
    this.passwords.grantRead(instance);
    this.logGroup.grantWrite(instance);
    volume.grantAttachVolumeByResourceTag(instance, [instance]);
    acknowledgeManagedPolicy(instance, 'AmazonSSMManagedInstanceCore', 'The way in for operators, without SSH.');
    acknowledgeWildcard(
      instance,
      `arn:<AWS::Partition>:ec2:${this.region}:<AWS::AccountId>:instance/*`,
      'A volume is attached by its tag, and only this node has it.',
    );
  }

  /** Snapshots of all volumes, which hold chunks and indexes together. */
  private backUp({ keepsData }: Stage): void {
    const vault = new backup.BackupVault(this, 'Backups', {
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const plan = new backup.BackupPlan(this, 'BackupPlan', {
      backupVault: vault,
      backupPlanRules: [
        new backup.BackupPlanRule({
          ruleName: 'hourly',
          scheduleExpression: events.Schedule.cron({ minute: '5' }),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(2),
          deleteAfter: Duration.days(keepsData ? 7 : 2),
        }),
        new backup.BackupPlanRule({
          ruleName: 'daily',
          scheduleExpression: events.Schedule.cron({ minute: '35', hour: '3' }),
          deleteAfter: Duration.days(keepsData ? 35 : 7),
        }),
      ],
    });
    const role = new iam.Role(this, 'BackupRole', { assumedBy: new iam.ServicePrincipal('backup.amazonaws.com') });
    role.addManagedPolicy(
      iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup'),
    );
    acknowledgeManagedPolicy(role, 'service-role/AWSBackupServiceRolePolicyForBackup', 'What AWS Backup needs.');
    plan.addSelection('Volumes', { resources: [backup.BackupResource.fromTag('backup', 'event-store')], role });
  }
}
