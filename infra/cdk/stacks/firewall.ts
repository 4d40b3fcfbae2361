import { RemovalPolicy } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Stage } from '../platform/stages.ts';

/** Per address in five minutes: far above what the gateway's own limits admit, and below what a flood sends. */
const REQUESTS_MAX = 3_000;

const visibility = (metricName: string) => ({
  ...{ metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true },
});

const managedRule = (name: string, priority: number, countOnly: readonly string[] = []) => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visibility(name),
});

/** What AWS knows of attackers, before a request reaches the gateway. */
export const protectByFirewall = (scope: Construct, alb: ApplicationLoadBalancer, { name }: Stage): void => {
  const acl = new wafv2.CfnWebACL(scope, 'Firewall', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(`lego-moc-${name}`),
    rules: [
      managedRule('AWSManagedRulesAmazonIpReputationList', 0),
      managedRule('AWSManagedRulesKnownBadInputsRuleSet', 1),
      // Uploads are larger than 8 KB, and parts lists are XML: the gateway and file storage check both themselves.
      managedRule('AWSManagedRulesCommonRuleSet', 2, ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY']),
      {
        name: 'flood',
        priority: 3,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit: REQUESTS_MAX, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility('flood'),
      },
    ],
  });
  new wafv2.CfnWebACLAssociation(scope, 'FirewallOfAlb', {
    resourceArn: alb.loadBalancerArn,
    webAclArn: acl.attrArn,
  });
  const log = new logs.LogGroup(scope, 'FirewallLogs', {
    // The service accepts no other names.
    logGroupName: `aws-waf-logs-lego-moc-${name}`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new wafv2.CfnLoggingConfiguration(scope, 'FirewallLogging', {
    resourceArn: acl.attrArn,
    logDestinationConfigs: [log.logGroupArn],
    redactedFields: [{ singleHeader: { Name: 'authorization' } }],
  });
};
