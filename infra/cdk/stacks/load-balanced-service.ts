import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy, immutableGroup } from './acknowledge.ts';
import { deploymentAlarmNames, ServiceAlarms } from './alarms.ts';
import { METRICS_NAMESPACE } from './collector.ts';
import { ServiceTask, type TaskProps } from './task.ts';

const CPU_PERCENT = 70;
const MEMORY_PERCENT = 80;
/** How long the old tasks stay beside the new ones, for an alarm to bring them back. */
const BAKE_TIME = Duration.minutes(10);

type ServiceProps = TaskProps & { readonly listener: elbv2.ApplicationListener };

/** A service of ECS behind a listener: its task, its two target groups, its scaling, its alarms. */
export class LoadBalancedService extends Construct {
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const { service, stage, size, surroundings } = props;
    const { cluster, network, namespace, topics } = surroundings;
    const alarmNames = [...deploymentAlarmNames(stage.name, service.name)];
    this.service = new ecs.FargateService(this, 'Service', {
      cluster,
      serviceName: service.name,
      taskDefinition: new ServiceTask(this, 'Definition', props).definition,
      desiredCount: size.tasks.min,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      securityGroups: [immutableGroup(this, 'Group', network.groups.service(service.name))],
      vpcSubnets: { subnets: network.vpc.privateSubnets },
      healthCheckGracePeriod: Duration.seconds(90),
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      cloudMapOptions: {
        ...{ name: service.name, cloudMapNamespace: namespace, dnsRecordType: DnsRecordType.A },
        dnsTtl: Duration.seconds(10),
      },
      ...this.strategy(props, alarmNames),
    });
    const targetGroups = this.attach(props);
    this.scale(props);
    new ServiceAlarms(this, 'Alarms', {
      ...{ stage: stage.name, service: service.name, cluster: cluster.clusterName, targetGroups, topics },
    });
  }

  private strategy({ stage }: ServiceProps, alarmNames: string[]): Partial<ecs.FargateServiceProps> {
    const rollback = {
      circuitBreaker: { rollback: true },
      deploymentAlarms: { alarmNames, behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM },
    };
    switch (stage.deployment) {
      case 'rolling':
        return { ...rollback, deploymentStrategy: ecs.DeploymentStrategy.ROLLING };
      case 'blue-green':
        return { ...rollback, deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN, bakeTime: BAKE_TIME };
      case 'canary':
        return {
          ...rollback,
          deploymentStrategy: ecs.DeploymentStrategy.CANARY,
          bakeTime: BAKE_TIME,
          canaryConfiguration: { stepPercent: 10, stepBakeTime: BAKE_TIME },
        };
    }
  }

  private targetGroup(id: string, { service, surroundings }: ServiceProps): elbv2.ApplicationTargetGroup {
    return new elbv2.ApplicationTargetGroup(this, id, {
      vpc: surroundings.network.vpc,
      port: service.port,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targetType: elbv2.TargetType.IP,
      deregistrationDelay: Duration.seconds(30),
      // Not `/health`: a task that drains, or has lost its database, gets no requests, but is not replaced.
      healthCheck: {
        ...{ path: '/ready', interval: Duration.seconds(5), timeout: Duration.seconds(3) },
        ...{ healthyThresholdCount: 2, unhealthyThresholdCount: 2 },
      },
    });
  }

  private attach(props: ServiceProps): readonly elbv2.ApplicationTargetGroup[] {
    const { listener, stage, service } = props;
    const blue = this.targetGroup('Blue', props);
    const container = { containerName: 'service', containerPort: service.port };
    const conditions = [elbv2.ListenerCondition.pathPatterns(['/*'])];
    const rule = { listener, priority: 1, conditions };
    if (stage.deployment === 'rolling') {
      new elbv2.ApplicationListenerRule(this, 'Rule', { ...rule, action: elbv2.ListenerAction.forward([blue]) });
      this.service.loadBalancerTarget(container).attachToApplicationTargetGroup(blue);
      return [blue];
    }
    const green = this.targetGroup('Green', props);
    const weightedRule = new elbv2.ApplicationListenerRule(this, 'Rule', {
      ...rule,
      action: elbv2.ListenerAction.weightedForward([
        { targetGroup: blue, weight: 100 },
        { targetGroup: green, weight: 0 },
      ]),
    });
    const alternateTarget = new ecs.AlternateTarget('Shift', {
      alternateTargetGroup: green,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(weightedRule),
    });
    this.service.loadBalancerTarget({ ...container, alternateTarget }).attachToApplicationTargetGroup(blue);
    acknowledgeManagedPolicy(
      this,
      'AmazonECSInfrastructureRolePolicyForLoadBalancers',
      'ECS shifts traffic between the two target groups by itself.',
    );
    return [blue, green];
  }

  private scale({ size, service }: ServiceProps): void {
    const scaling = this.service.autoScaleTaskCount({ minCapacity: size.tasks.min, maxCapacity: size.tasks.max });
    const calm = { scaleInCooldown: Duration.minutes(5), scaleOutCooldown: Duration.seconds(60) };
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: CPU_PERCENT, ...calm });
    scaling.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: MEMORY_PERCENT, ...calm });
    if (size.queue === undefined) return;
    const { group, messagesPerTask } = size.queue;
    scaling.scaleOnMetric('Queue', {
      metric: new Metric({
        ...{ namespace: METRICS_NAMESPACE, metricName: 'subscription_lag_messages' },
        ...{ dimensionsMap: { service: service.name, group }, statistic: 'Maximum', period: Duration.minutes(1) },
      }),
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      cooldown: Duration.seconds(60),
      scalingSteps: [
        { upper: 1, change: -1 },
        { lower: messagesPerTask, change: 1 },
        { lower: messagesPerTask * 4, change: 4 },
        { lower: messagesPerTask * 12, change: 12 },
      ],
    });
  }
}
