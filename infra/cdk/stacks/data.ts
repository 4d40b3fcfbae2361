import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as opensearch from 'aws-cdk-lib/aws-opensearchservice';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DATABASE } from '../platform/environment.ts';
import type { Stage } from '../platform/stages.ts';
import { acknowledge, acknowledgeCdkFunctions, immutableGroup } from './acknowledge.ts';
import type { NetworkStack } from './network.ts';

type DataProps = StackProps & { readonly stage: Stage; readonly network: NetworkStack };

const ROTATION = Duration.days(90);
const NO_PUNCTUATION = { excludePunctuation: true, passwordLength: 40 };

/** PostgreSQL, Redis, OpenSearch, and the file system of the gateways' signing keys. */
export class DataStack extends Stack {
  readonly database: rds.DatabaseInstance;
  readonly databaseSecret: secrets.ISecret;
  readonly cacheHost: string;
  readonly cacheSecret: secrets.ISecret;
  readonly searchHost: string;
  readonly searchSecret: secrets.ISecret;
  readonly files: efs.FileSystem;
  readonly gatewayKeys: efs.AccessPoint;
  private readonly inPrivate: { readonly vpc: ec2.IVpc; readonly vpcSubnets: ec2.SubnetSelection };
  private readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, { stage, network, ...props }: DataProps) {
    super(scope, id, props);
    this.removalPolicy = stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.inPrivate = { vpc: network.vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } };
    acknowledgeCdkFunctions(this);
    this.database = this.makeDatabase(stage, network);
    if (this.database.secret === undefined) throw new Error('The database has no secret');
    this.databaseSecret = this.database.secret;
    const cacheSecret = new secrets.Secret(this, 'CacheSecret', { generateSecretString: NO_PUNCTUATION });
    acknowledge(
      cacheSecret,
      'AwsSolutions-SMG4',
      'ElastiCache has no rotation of its own; docs/deployment.md says how the token is replaced.',
    );
    this.cacheSecret = cacheSecret;
    this.cacheHost = this.makeCache(stage, network);
    const searchSecret = new secrets.Secret(this, 'SearchSecret', {
      // OpenSearch demands a character of every kind.
      generateSecretString: {
        ...{ secretStringTemplate: '{"username":"lego_moc"}', generateStringKey: 'password', passwordLength: 40 },
        ...{ excludeCharacters: '"\\\'`@/:{}', requireEachIncludedType: true },
      },
    });
    acknowledge(
      searchSecret,
      'AwsSolutions-SMG4',
      'OpenSearch has no rotation of its own; docs/deployment.md says how the password is replaced.',
    );
    this.searchSecret = searchSecret;
    this.searchHost = this.makeSearch(stage, network).domainEndpoint;
    this.files = new efs.FileSystem(this, 'Files', {
      ...this.inPrivate,
      encrypted: true,
      securityGroup: immutableGroup(this, 'FilesGroup', network.groups.files),
      removalPolicy: this.removalPolicy,
    });
    this.gatewayKeys = this.files.addAccessPoint('GatewayKeys', {
      path: '/gateway-keys',
      createAcl: { ownerUid: '1000', ownerGid: '1000', permissions: '700' },
      posixUser: { uid: '1000', gid: '1000' },
    });
  }

  private makeDatabase({ database, keepsData }: Stage, { groups }: NetworkStack): rds.DatabaseInstance {
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 });
    const instance = new rds.DatabaseInstance(this, 'Database', {
      ...this.inPrivate,
      engine,
      instanceType: new ec2.InstanceType(database.instanceType),
      databaseName: DATABASE,
      credentials: rds.Credentials.fromGeneratedSecret('lego_moc_admin'),
      securityGroups: [immutableGroup(this, 'DatabaseGroup', groups.database)],
      parameterGroup: new rds.ParameterGroup(this, 'DatabaseParameters', {
        engine,
        parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '1000' },
      }),
      multiAz: database.multiAz,
      storageEncrypted: true,
      storageType: rds.StorageType.GP3,
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      backupRetention: Duration.days(database.backupDays),
      deletionProtection: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      cloudwatchLogsExports: ['postgresql'],
      cloudwatchLogsRetention: logs.RetentionDays.ONE_MONTH,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
    });
    instance.addRotationSingleUser({
      automaticallyAfter: ROTATION,
      securityGroup: immutableGroup(this, 'RotationGroup', groups.databaseAccess),
    });
    acknowledge(instance, 'AwsSolutions-RDS11', 'The port is no secret: only the groups of services reach it.');
    if (!keepsData)
      acknowledge(instance, 'AwsSolutions-RDS10', 'Read models of this stage are rebuilt from the event store.');
    if (!database.multiAz)
      acknowledge(instance, 'AwsSolutions-RDS3', 'One zone is enough where nobody depends on the stage.');
    return instance;
  }

  private makeCache({ cache, name }: Stage, { groups, vpc }: NetworkStack): string {
    const subnets = new elasticache.CfnSubnetGroup(this, 'CacheSubnets', {
      description: 'Redis of the platform',
      subnetIds: vpc.selectSubnets(this.inPrivate.vpcSubnets).subnetIds,
    });
    const group = new elasticache.CfnReplicationGroup(this, 'Cache', {
      replicationGroupDescription: `Cache and rate limits (${name})`,
      engine: 'redis',
      engineVersion: '7.1',
      cacheNodeType: cache.nodeType,
      numCacheClusters: 1 + cache.replicas,
      automaticFailoverEnabled: cache.replicas > 0,
      multiAzEnabled: cache.replicas > 0,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      authToken: this.cacheSecret.secretValue.unsafeUnwrap(),
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [groups.cache.securityGroupId],
      snapshotRetentionLimit: 0,
    });
    acknowledge(group, 'AwsSolutions-AEC5', 'The port is no secret: only the groups of services reach it.');
    if (cache.replicas === 0)
      acknowledge(group, 'AwsSolutions-AEC4', 'A cache of this stage may be away: limits and caches bear it.');
    return group.attrPrimaryEndPointAddress;
  }

  private makeSearch({ search }: Stage, { groups, vpc }: NetworkStack): opensearch.Domain {
    const zones = search.nodes > 1;
    const subnets = vpc.privateSubnets.slice(0, search.nodes);
    const domain = new opensearch.Domain(this, 'Search', {
      version: opensearch.EngineVersion.OPENSEARCH_2_19,
      vpc,
      vpcSubnets: [{ subnets }],
      securityGroups: [immutableGroup(this, 'SearchGroup', groups.search)],
      capacity: {
        dataNodes: search.nodes,
        dataNodeInstanceType: search.instanceType,
        multiAzWithStandbyEnabled: false,
      },
      zoneAwareness: zones ? { enabled: true, availabilityZoneCount: search.nodes } : { enabled: false },
      ebs: { volumeSize: search.diskGb, volumeType: ec2.EbsDeviceVolumeType.GP3 },
      encryptionAtRest: { enabled: true },
      nodeToNodeEncryption: true,
      enforceHttps: true,
      tlsSecurityPolicy: opensearch.TLSSecurityPolicy.TLS_1_2,
      fineGrainedAccessControl: {
        masterUserName: 'lego_moc',
        masterUserPassword: this.searchSecret.secretValueFromJson('password'),
      },
      useUnsignedBasicAuth: true,
      logging: { slowIndexLogEnabled: true, slowSearchLogEnabled: true, appLogEnabled: true },
      // Every index is rebuilt from the event store.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(domain, 'AwsSolutions-OS3', 'Services authenticate with a password; their addresses change.');
    acknowledge(
      domain,
      'AwsSolutions-OS4',
      'Indexes are rebuilt from the event store: masters of their own cost more.',
    );
    acknowledge(domain, 'AwsSolutions-OS5', 'In the VPC, with a password: fine-grained access control decides.');
    if (!zones) acknowledge(domain, 'AwsSolutions-OS7', 'Search answers from PostgreSQL while this node is away.');
    return domain;
  }
}
