import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect } from 'chai';
import { newApp } from '../platform/platform.ts';
import { SERVICES } from '../../../contexts/registry.ts';
import { ALERTS, type Alert } from '../../observability/alerts.ts';
import { storesObjects } from '../platform/services.ts';
import { STAGES, type StageName } from '../platform/stages.ts';
import { services, stageOutput } from './app-for-tests.ts';

const NAMES = Object.keys(STAGES) as StageName[];
const SNAPSHOT = join(import.meta.dirname, 'resources.json');

type Rule = { readonly Properties: Readonly<Record<string, unknown>> };

/** Resources that lose something when they are replaced. */
const STATEFUL =
  /::(DBInstance|Bucket|FileSystem|Volume|Secret|Domain|ReplicationGroup|Repository|Queue|EventBus|BackupVault|Key)$/;

const typesById = (resources: Readonly<Record<string, { readonly Type: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(resources).flatMap(([id, { Type }]) => (STATEFUL.test(Type) ? [[id, Type]] : [])));

const statefulByPart = (name: StageName) => {
  const { parts, template } = stageOutput(name);
  return Object.fromEntries(
    parts.map((part) => {
      const { Resources: resources } = template(part).toJSON() as { Resources: Record<string, { Type: string }> };
      return [part, typesById(resources)];
    }),
  );
};

describe('the platform on AWS', () => {
  const prod = stageOutput('prod');
  const find = (part: string, type: string): readonly Rule[] =>
    Object.values(prod.template(part).findResources(type)) as unknown as readonly Rule[];

  for (const name of NAMES)
    it(`has no finding of cdk-nag that nobody explained in ${name}`, () => {
      expect(stageOutput(name).findings).to.deep.equal([]);
    });

  it('is not deployed with a finding', () => {
    const app = newApp();
    new Bucket(new Stack(app, 'Planted'), 'Open');
    expect(() => app.synth()).to.throw('Validation failed');
  });

  it('keeps every resource with a state under the name of the snapshot', () => {
    const resources = statefulByPart('prod');
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(SNAPSHOT, `${JSON.stringify(resources, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as typeof resources;
    const lostIds = Object.entries(snapshot).flatMap(([part, types]) =>
      Object.keys(types).filter((id) => resources[part]?.[id] !== types[id]),
    );
    expect(Object.values(snapshot).flatMap((types) => Object.keys(types))).not.to.deep.equal([]);
    expect(lostIds, 'Another name is another resource, without the data; UPDATE_SNAPSHOT=1 npm test').to.deep.equal([]);
  });

  it('runs a service of ECS for the gateway and for every context', () => {
    const names = find('Services', 'AWS::ECS::Service').map(({ Properties }) => Properties['ServiceName']);
    expect(names).to.have.members(services.map(({ name }) => name));
  });

  it('scales every service at 70 % CPU and 80 % memory', () => {
    const targets = find('Services', 'AWS::ApplicationAutoScaling::ScalingPolicy').flatMap(({ Properties }) => {
      const { PredefinedMetricSpecification: metric, TargetValue: value } = (Properties[
        'TargetTrackingScalingPolicyConfiguration'
      ] ?? {}) as { PredefinedMetricSpecification?: { PredefinedMetricType: string }; TargetValue?: number };
      return metric === undefined ? [] : [`${metric.PredefinedMetricType} ${String(value)}`];
    });
    expect(targets.filter((target) => target === 'ECSServiceAverageCPUUtilization 70')).to.have.length(services.length);
    expect(targets.filter((target) => target === 'ECSServiceAverageMemoryUtilization 80')).to.have.length(
      services.length,
    );
  });

  it('scales file processing by the jobs that wait', () => {
    prod.template('Services').hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'subscription_lag_messages',
      Dimensions: Match.arrayWith([{ Name: 'group', Value: 'file-processing-parsing' }]),
      AlarmActions: [Match.anyValue()],
    });
  });

  it('lets the internet reach nothing but the public load balancer', () => {
    const open = find('Network', 'AWS::EC2::SecurityGroup').filter(({ Properties }) =>
      JSON.stringify(Properties['SecurityGroupIngress'] ?? []).includes('0.0.0.0/0'),
    );
    expect(open.map(({ Properties }) => Properties['GroupDescription'])).to.deep.equal(['The public load balancer']);
  });

  it('opens a database to its own services only', () => {
    const rules = find('Network', 'AWS::EC2::SecurityGroupIngress').map(({ Properties }) =>
      String(Properties['Description']),
    );
    const users = rules.flatMap((rule) => (/ uses database$/.test(rule) ? [rule.replace(' uses database', '')] : []));
    expect(users).to.have.members(services.filter(({ schema }) => schema !== undefined).map(({ name }) => name));
    expect(users).not.to.include('gateway');
  });

  it('lets wishlist call no other service', () => {
    const rules = find('Network', 'AWS::EC2::SecurityGroupIngress').map(({ Properties }) =>
      String(Properties['Description']),
    );
    expect(rules.filter((rule) => rule.startsWith('wishlist calls'))).to.deep.equal([]);
    expect(rules).to.include('moc-management calls gallery');
  });

  it('encrypts everything at rest', () => {
    prod.template('Data').hasResourceProperties('AWS::RDS::DBInstance', {
      StorageEncrypted: true,
      PubliclyAccessible: false,
      MultiAZ: true,
    });
    prod.template('Data').hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      AtRestEncryptionEnabled: true,
      TransitEncryptionEnabled: true,
    });
    prod.template('Data').hasResourceProperties('AWS::OpenSearchService::Domain', {
      EncryptionAtRestOptions: { Enabled: true },
      NodeToNodeEncryptionOptions: { Enabled: true },
    });
    prod.template('EventStore').allResourcesProperties('AWS::EC2::Volume', { Encrypted: true });
    prod.template('Storage').allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('lets a service reach its own objects only, and nothing else of S3', () => {
    type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown };
    const statementsOf = (name: string): readonly Statement[] =>
      find('Services', 'AWS::IAM::Policy').flatMap(({ Properties }) => {
        const { PolicyName, PolicyDocument } = Properties as {
          PolicyName: string;
          PolicyDocument: { Statement: readonly Statement[] };
        };
        const isOfService = PolicyName.startsWith(`${name.replaceAll('-', '')}DefinitionTaskTaskRole`);
        return isOfService ? PolicyDocument.Statement.filter(({ Action }) => String(Action).includes('s3:')) : [];
      });
    for (const service of services) {
      const { name } = service;
      const permissions = statementsOf(name).map(({ Action, Resource }) => [Action, JSON.stringify(Resource)] as const);
      if (!storesObjects(service)) {
        expect(permissions, name).to.deep.equal([]);
        continue;
      }
      const [[objectActions, objects] = [], [bucketActions, bucket] = [], ...rest] = permissions;
      expect(rest, name).to.deep.equal([]);
      expect(objectActions).to.deep.equal([
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
      ]);
      const isFileStorage = name === 'file-storage';
      expect(bucketActions).to.deep.equal(
        isFileStorage ? ['s3:ListBucket', 's3:ListBucketMultipartUploads'] : 's3:ListBucket',
      );
      const ownBucket = new RegExp(`Storage:ExportsOutputFnGetAttObjects${isFileStorage ? '' : name}[0-9A-F]{8}Arn`);
      expect(objects).to.match(ownBucket).and.include(`/${name}/*`);
      expect(bucket).to.match(ownBucket).and.not.include('*');
    }
    expect(find('Storage', 'AWS::S3::Bucket')).to.have.length(services.filter(storesObjects).length + 1);
  });

  it('serves files by signed URLs, through an origin that only the distribution reads', () => {
    prod.template('Storage').hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        DefaultCacheBehavior: { TrustedKeyGroups: [Match.anyValue()] },
        Origins: [Match.objectLike({ OriginAccessControlId: Match.anyValue() })],
      },
    });
  });

  it('rotates the password of every service with a database after 90 days', () => {
    const schedules = find('Access', 'AWS::SecretsManager::RotationSchedule').map(
      ({ Properties }) => Properties['RotationRules'],
    );
    expect(schedules).to.have.length(services.filter(({ schema }) => schema !== undefined).length);
    for (const rules of schedules) expect(rules).to.deep.include({ ScheduleExpression: 'rate(90 days)' });
  });

  it('undoes a deployment that raises an alarm', () => {
    for (const { Properties } of find('Services', 'AWS::ECS::Service')) {
      const deployment = Properties['DeploymentConfiguration'] as Record<string, unknown>;
      expect(deployment['Strategy']).to.equal('CANARY');
      expect(deployment['Alarms']).to.deep.include({ Enable: true, Rollback: true });
    }
    const alarmNames = find('Services', 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['AlarmName']);
    expect(alarmNames).to.include.members(
      services.flatMap(({ name }) => [`lego-moc-prod-${name}-errors`, `lego-moc-prod-${name}-slow`]),
    );
  });

  it('has the alarms of the requirements', () => {
    const thresholds = ['Services', 'Operations'].flatMap((part) =>
      find(part, 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
        [Properties['MetricName'] ?? 'expression', Properties['Threshold']].join(' '),
      ),
    );
    expect(thresholds).to.include.members([
      'expression 5',
      'expression 1',
      'expression 0',
      'subscription_lag_seconds 60',
      'subscription_parked_messages 10',
      'DatabaseConnections 360',
      'ApproximateNumberOfMessagesVisible 10',
    ]);
  });

  it('has an alarm with the limit and the duration of each alert of Prometheus', () => {
    const alarms = ['Services', 'Operations'].flatMap((part) => find(part, 'AWS::CloudWatch::Alarm'));
    const hasAlarm = (service: string, { above, minutes, summary }: Alert): boolean =>
      alarms.some(
        ({ Properties }) =>
          Properties['AlarmDescription'] === summary(service) &&
          (Properties['Threshold'] === above || summary === ALERTS.CrashLoop.summary) &&
          (Properties['EvaluationPeriods'] === minutes || summary === ALERTS.CrashLoop.summary),
      );
    const { ErrorRate, SlowRequests, CrashLoop, EventLag, DeadLetters } = ALERTS;
    for (const { name } of SERVICES)
      for (const alert of [ErrorRate, SlowRequests, CrashLoop, EventLag, DeadLetters])
        expect(hasAlarm(name, alert), alert.summary(name)).to.equal(true);
  });

  it('keeps the data of production, and three nodes of the event store', () => {
    expect(find('EventStore', 'AWS::EC2::Instance')).to.have.length(3);
    prod.template('EventStore').allResources('AWS::EC2::Volume', { DeletionPolicy: 'Retain' });
    prod.template('Storage').allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  });

  it('keeps every log for a limited time', () => {
    const endless = prod.parts.flatMap((part) =>
      find(part, 'AWS::Logs::LogGroup').filter(({ Properties }) => Properties['RetentionInDays'] === undefined),
    );
    expect(endless).to.deep.equal([]);
  });
});
