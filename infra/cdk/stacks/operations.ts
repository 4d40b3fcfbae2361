import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DeployedService } from '../platform/services.ts';
import type { Stage } from '../platform/stages.ts';
import { clusterName } from './access.ts';
import { ALERTS } from '../../observability/alerts.ts';
import { LIMITS } from '../../observability/limits.ts';
import { alarmOf, raiseAbove, type Topics } from './alarms.ts';
import { METRICS_NAMESPACE } from './collector.ts';
import type { DataStack } from './data.ts';
import type { MessagingStack } from './messaging.ts';

/** Where alarms go: subscriptions to the topics are made by hand, by those who answer them. */
export class TopicsStack extends Stack {
  readonly topics: Topics;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const key = new kms.Key(this, 'Key', { enableKeyRotation: true, description: 'Alarms' });
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com'])
      key.grantEncryptDecrypt(new iam.ServicePrincipal(service));
    const topic = (name: string) => new sns.Topic(this, name, { masterKey: key, enforceSSL: true });
    this.topics = { page: topic('Page'), notify: topic('Notify') };
  }
}

type OperationsProps = StackProps & {
  readonly stage: Stage;
  readonly services: readonly DeployedService[];
  readonly data: DataStack;
  readonly messaging: MessagingStack;
  readonly topics: Topics;
};

/** Connections that PostgreSQL accepts: RDS allows one for each 9.5 MB of memory. */
const CONNECTIONS_MAX: Readonly<Record<string, number>> = { 't4g.small': 225, 't4g.medium': 450 };

/** Alarms of what services share, and a dashboard. */
export class OperationsStack extends Stack {
  private readonly options: OperationsProps;

  constructor(scope: Construct, id: string, options: OperationsProps) {
    super(scope, id, options);
    this.options = options;
    const { data, messaging, topics, stage } = options;
    const connectionsMax = CONNECTIONS_MAX[stage.database.instanceType];
    if (connectionsMax === undefined) throw new Error(`How many connections has ${stage.database.instanceType}?`);
    raiseAbove(this, 'DatabaseConnections', {
      metric: data.database.metricDatabaseConnections({ period: Duration.minutes(1), statistic: 'Maximum' }),
      ...alarmOf(ALERTS.DatabaseConnections, 'all services', topics),
      threshold: (connectionsMax * LIMITS.databaseConnectionsPercent) / 100,
    });
    raiseAbove(this, 'DeadLetters', {
      metric: messaging.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      ...alarmOf(ALERTS.DeadLetters, 'the event bus', topics),
    });
    raiseAbove(this, 'DatabaseDisk', {
      metric: new cloudwatch.MathExpression({
        expression: '0 - free',
        usingMetrics: { free: data.database.metricFreeStorageSpace({ period: Duration.minutes(5) }) },
        label: 'free bytes, negative',
      }),
      threshold: -2_000_000_000,
      minutes: 3,
      description: 'PostgreSQL has less than 2 GB left.',
      topic: topics.page,
    });
    this.addDashboard();
    this.announceFailedDeployments();
  }

  private addDashboard(): void {
    const { stage, services } = this.options;
    const dimensions = (service: string) => ({ ClusterName: clusterName(stage), ServiceName: service });
    const graph = (title: string, make: (service: string) => cloudwatch.IMetric) =>
      new cloudwatch.GraphWidget({ title, width: 12, left: services.map(({ name }) => make(name)) });
    const ofEcs = (metricName: string) => (service: string) =>
      new cloudwatch.Metric({
        ...{ namespace: 'AWS/ECS', metricName, dimensionsMap: dimensions(service), label: service },
      });
    const ofPlatform = (metricName: string) => (service: string) =>
      new cloudwatch.Metric({
        ...{ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service } },
        ...{ statistic: 'Maximum', label: service },
      });
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `lego-moc-${stage.name}`,
      widgets: [
        [graph('CPU (%)', ofEcs('CPUUtilization')), graph('Memory (%)', ofEcs('MemoryUtilization'))],
        [
          graph('Messages waiting', ofPlatform('subscription_lag_messages')),
          graph('Messages parked', ofPlatform('subscription_parked_messages')),
        ],
      ],
    });
  }

  private announceFailedDeployments(): void {
    const { topics, stage } = this.options;
    const rule = new events.Rule(this, 'FailedDeployments', {
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Deployment State Change'],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
        resources: events.Match.prefix(
          this.formatArn({ service: 'ecs', resource: 'service', resourceName: `${clusterName(stage)}/` }),
        ),
      },
    });
    rule.addTarget({ bind: () => ({ arn: topics.page.topicArn }) });
    topics.page.grantPublish(new iam.ServicePrincipal('events.amazonaws.com'));
  }
}
