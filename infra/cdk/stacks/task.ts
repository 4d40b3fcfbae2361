import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  DATA_DIR,
  environmentOf,
  selfUrl,
  SHARED_KEYS_DIR,
  type Place,
  type SecretField,
  type Source,
} from '../platform/environment.ts';
import { FILE_STORAGE } from '../../../contexts/file-storage/contracts/routes.ts';
import { scansForViruses, storesObjects, type DeployedService } from '../platform/services.ts';
import type { Size } from '../platform/sizes.ts';
import type { Stage } from '../platform/stages.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import { collectorConfig } from './collector.ts';
import { repositoryName } from './images.ts';
import type { Surroundings } from './services.ts';

/** Pinned: a deployment gets what was tested. */
const COLLECTOR = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3';
const SCANNER = 'clamav/clamav:1.4';
const SCANNER_MIB = 3_072;
/** Services end within 28 s (NFR3.3); ECS kills what is left. */
const STOP_TIMEOUT = Duration.seconds(35);

export type TaskProps = {
  readonly service: DeployedService;
  readonly size: Size;
  readonly stage: Stage;
  readonly place: Place;
  readonly version: string;
  readonly surroundings: Surroundings;
};

/** The name under which stacks import the ARN of a bucket. */
const importNameOf = ({ stack, bucketArn }: IBucket): string => {
  const reference = stack.resolve(stack.exportValue(bucketArn)) as { readonly 'Fn::ImportValue': string };
  return reference['Fn::ImportValue'];
};

/** The task of a service: its container, a collector of metrics, and for file storage a virus scanner. */
export class ServiceTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  private readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: TaskProps) {
    super(scope, id);
    const { service, size, stage } = props;
    this.definition = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `lego-moc-${stage.name}-${service.name}`,
      cpu: size.cpu,
      memoryLimitMiB: size.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      volumes: [{ name: 'data' }, { name: 'tmp' }],
    });
    acknowledge(this.definition, 'AwsSolutions-ECS2', 'Addresses and switches; passwords come from Secrets Manager.');
    acknowledgeWildcard(this.definition, '*', 'The token of ECR belongs to no repository.');
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/lego-moc/${stage.name}/${service.name}`,
      retention: stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.addService(props);
    this.addCollector(props);
    if (scansForViruses(service)) this.addScanner();
    if (service.isGateway) this.addSharedKeys(props);
    if (storesObjects(service)) this.permitObjects(props);
  }

  private logTo(prefix: string): ecs.LogDriver {
    return ecs.LogDrivers.awsLogs({
      ...{ logGroup: this.logGroup, streamPrefix: prefix },
      // A service must not wait for its log.
      ...{ mode: ecs.AwsLogDriverMode.NON_BLOCKING },
    });
  }

  private addService({ service, place, version, surroundings }: TaskProps): void {
    const environment = environmentOf(service, place);
    const isText = (source: Source): source is string => typeof source === 'string';
    const container = this.definition.addContainer('service', {
      image: ecs.ContainerImage.fromEcrRepository(
        ecr.Repository.fromRepositoryName(this, 'Repository', repositoryName(service)),
        version,
      ),
      environment: Object.fromEntries(
        Object.entries(environment).filter((entry): entry is [string, string] => isText(entry[1])),
      ),
      secrets: Object.fromEntries(
        Object.entries(environment).flatMap(([name, source]) =>
          isText(source) ? [] : [[name, this.secretFrom(source, service, surroundings)]],
        ),
      ),
      portMappings: [{ name: 'http', containerPort: service.port, appProtocol: ecs.AppProtocol.http }],
      readonlyRootFilesystem: true,
      user: '1000',
      stopTimeout: STOP_TIMEOUT,
      logging: this.logTo('service'),
      healthCheck: {
        command: ['CMD', 'node', '--eval', `fetch('${selfUrl(service)}/health').then(r => process.exit(r.ok ? 0 : 1))`],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
    });
    container.addMountPoints(
      { sourceVolume: 'data', containerPath: DATA_DIR, readOnly: false },
      { sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false },
    );
  }

  private secretFrom({ secret, field }: SecretField, { name }: DeployedService, { secrets: all }: Surroundings) {
    const secretOfField: secrets.ISecret | undefined = secret === 'own' ? all.own(name) : all[secret];
    if (secretOfField === undefined) throw new Error(`${name} needs the secret ${secret}`);
    return ecs.Secret.fromSecretsManager(secretOfField, field);
  }

  private addCollector({ service, stage }: TaskProps): void {
    const { name, port } = service;
    const config = collectorConfig({
      ...{ service: name, port, region: stage.region, logGroup: `/lego-moc/${stage.name}/metrics` },
    });
    this.definition.addContainer('collector', {
      image: ecs.ContainerImage.fromRegistry(COLLECTOR),
      essential: false,
      memoryLimitMiB: 96,
      readonlyRootFilesystem: true,
      environment: { AOT_CONFIG_CONTENT: config },
      logging: this.logTo('collector'),
    });
    this.definition.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        resources: [
          Stack.of(this).formatArn({
            ...{ service: 'logs', resource: 'log-group', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
            resourceName: `/lego-moc/${stage.name}/metrics:*`,
          }),
        ],
      }),
    );
    acknowledgeWildcard(
      this.definition,
      `arn:<AWS::Partition>:logs:${stage.region}:<AWS::AccountId>:log-group:/lego-moc/${stage.name}/metrics:*`,
      'The streams of one log group.',
    );
  }

  /** Its own objects in its own bucket. Only file storage looks for uploads that nobody ended. */
  private permitObjects({ service, surroundings: { bucketOf } }: TaskProps): void {
    const bucket = bucketOf(service.name);
    this.definition.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: [bucket.arnForObjects(`${service.name}/*`)],
      }),
    );
    this.definition.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket', ...(service.name === FILE_STORAGE.name ? ['s3:ListBucketMultipartUploads'] : [])],
        resources: [bucket.bucketArn],
      }),
    );
    acknowledgeWildcard(
      this.definition,
      `${importNameOf(bucket)}/${service.name}/*`,
      'The objects of the service in a bucket of its own.',
    );
  }

  private addScanner(): void {
    this.definition.addContainer('scanner', {
      image: ecs.ContainerImage.fromRegistry(SCANNER),
      // Without a scanner uploads are refused; the task is replaced.
      essential: true,
      memoryLimitMiB: SCANNER_MIB,
      logging: this.logTo('scanner'),
      healthCheck: {
        command: ['CMD', 'clamdcheck.sh'],
        interval: Duration.seconds(30),
        retries: 5,
        startPeriod: Duration.seconds(180),
      },
    });
  }

  private addSharedKeys({ surroundings: { files, gatewayKeys } }: TaskProps): void {
    this.definition.addVolume({
      name: 'keys',
      efsVolumeConfiguration: {
        fileSystemId: files.fileSystemId,
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: gatewayKeys.accessPointId, iam: 'ENABLED' },
      },
    });
    this.definition.defaultContainer?.addMountPoints({
      ...{ sourceVolume: 'keys', containerPath: SHARED_KEYS_DIR, readOnly: false },
    });
    files.grant(this.definition.taskRole, 'elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite');
  }
}
