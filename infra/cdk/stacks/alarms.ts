import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ALERTS, type Alert } from '../../observability/alerts.ts';
import { LIMITS } from '../../observability/limits.ts';
import { METRICS_NAMESPACE } from './collector.ts';

/** `page` wakes somebody up; `notify` can wait for the morning. */
export type Topics = { readonly page: ITopic; readonly notify: ITopic };

/** The part of an alarm that Prometheus' alert of the same meaning has too, for `service`. */
export const alarmOf = (
  { severity, above, minutes, summary }: Alert,
  service: string,
  topics: Topics,
): Pick<AlarmOptions, 'threshold' | 'minutes' | 'description' | 'topic'> => ({
  threshold: above,
  minutes,
  description: summary(service),
  topic: topics[severity],
});

type AlarmOptions = {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly minutes: number;
  readonly description: string;
  readonly topic: ITopic;
  readonly name?: string;
};

/** An alarm that is raised while `metric` is above `threshold` for `minutes`; no data are no alarm. */
export const raiseAbove = (
  scope: Construct,
  id: string,
  { metric, threshold, minutes, description, topic, name }: AlarmOptions,
): cloudwatch.Alarm => {
  const alarm = new cloudwatch.Alarm(scope, id, {
    ...{ metric, threshold, evaluationPeriods: minutes, datapointsToAlarm: minutes },
    alarmDescription: description,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    ...(name === undefined ? {} : { alarmName: name }),
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
  return alarm;
};

type ServiceAlarmsProps = {
  readonly stage: string;
  readonly service: string;
  readonly cluster: string;
  /** Of one service: two while a deployment is under way. */
  readonly targetGroups: readonly ApplicationTargetGroup[];
  readonly topics: Topics;
};

const MINUTE = Duration.minutes(1);

/** The names of the alarms that undo a deployment; known before the service is. */
export const deploymentAlarmNames = (stage: string, service: string): readonly [string, string] => [
  `lego-moc-${stage}-${service}-errors`,
  `lego-moc-${stage}-${service}-slow`,
];

/** The alarms of the requirements for one service. */
export class ServiceAlarms extends Construct {
  private readonly props: ServiceAlarmsProps;

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    this.props = props;
    this.addRequestAlarms();
    this.addTaskAlarm();
    this.addEventAlarms();
  }

  private addRequestAlarms(): void {
    const { stage, service, targetGroups, topics } = this.props;
    const [errorsName, slowName] = deploymentAlarmNames(stage, service);
    const perGroup = (make: (group: ApplicationTargetGroup) => cloudwatch.IMetric, prefix: string) =>
      Object.fromEntries(targetGroups.map((group, index) => [`${prefix}${String(index)}`, make(group)]));
    const options = { statistic: 'Sum', period: MINUTE };
    const failures = perGroup((group) => group.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, options), 'f');
    const requests = perGroup((group) => group.metrics.requestCount(options), 'r');
    const sum = (metrics: object) =>
      Object.keys(metrics)
        .map((key) => `FILL(${key}, 0)`)
        .join(' + ');
    raiseAbove(this, 'Errors', {
      metric: new cloudwatch.MathExpression({
        expression: `IF(${sum(requests)} >= ${LIMITS.requestsPerMinute}, 100 * (${sum(failures)}) / (${sum(requests)}), 0)`,
        usingMetrics: { ...failures, ...requests },
        period: MINUTE,
        label: 'errors in percent',
      }),
      ...alarmOf(ALERTS.ErrorRate, service, topics),
      name: errorsName,
    });
    const times = perGroup((group) => group.metrics.targetResponseTime({ statistic: 'p95', period: MINUTE }), 't');
    raiseAbove(this, 'Slow', {
      metric: new cloudwatch.MathExpression({
        expression: `MAX([${Object.keys(times)
          .map((key) => `FILL(${key}, 0)`)
          .join(', ')}])`,
        usingMetrics: times,
        period: MINUTE,
        label: 'p95 in seconds',
      }),
      ...alarmOf(ALERTS.SlowRequests, service, topics),
      name: slowName,
    });
  }

  private addTaskAlarm(): void {
    const { cluster, service, topics } = this.props;
    const count = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: 'ECS/ContainerInsights',
        metricName,
        dimensionsMap: { ClusterName: cluster, ServiceName: service },
        statistic: 'Minimum',
        period: MINUTE,
      });
    raiseAbove(this, 'CrashLoop', {
      metric: new cloudwatch.MathExpression({
        expression: 'desired - running',
        usingMetrics: { desired: count('DesiredTaskCount'), running: count('RunningTaskCount') },
        period: MINUTE,
        label: 'missing tasks',
      }),
      ...alarmOf(ALERTS.CrashLoop, service, topics),
      // ECS counts the tasks that are missing, not those that start.
      ...{ threshold: 0, minutes: 5 },
    });
  }

  private addEventAlarms(): void {
    const { service, topics } = this.props;
    const worst = (metricName: string) =>
      new cloudwatch.Metric({
        ...{ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service } },
        ...{ statistic: 'Maximum', period: MINUTE },
      });
    raiseAbove(this, 'EventLag', {
      metric: worst('subscription_lag_seconds'),
      ...alarmOf(ALERTS.EventLag, service, topics),
    });
    raiseAbove(this, 'Parked', {
      metric: worst('subscription_parked_messages'),
      ...alarmOf(ALERTS.DeadLetters, service, topics),
    });
  }
}
