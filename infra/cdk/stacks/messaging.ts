import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Stage } from '../platform/stages.ts';
import { acknowledge, acknowledgeCdkFunctions } from './acknowledge.ts';

type MessagingProps = StackProps & { readonly stage: Stage };

/** Integration events for systems outside the platform. Inside it, they go through the event store. */
export class MessagingStack extends Stack {
  readonly bus: events.EventBus;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { stage, ...props }: MessagingProps) {
    super(scope, id, props);
    acknowledgeCdkFunctions(this);
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, 'AwsSolutions-SQS3', 'This is the dead-letter queue.');
    this.bus = new events.EventBus(this, 'Bus', {
      eventBusName: `lego-moc-${stage.name}`,
      deadLetterQueue: this.deadLetters,
    });
    this.bus.archive('Archive', { eventPattern: { account: [this.account] }, retention: Duration.days(30) });
    new events.Rule(this, 'Log', {
      eventBus: this.bus,
      eventPattern: { account: [this.account] },
      targets: [
        new targets.CloudWatchLogGroup(
          new logs.LogGroup(this, 'Events', {
            logGroupName: `/aws/events/lego-moc-${stage.name}`,
            retention: logs.RetentionDays.ONE_WEEK,
          }),
          { deadLetterQueue: this.deadLetters, retryAttempts: 3, maxEventAge: Duration.hours(24) },
        ),
      ],
    });
  }
}
