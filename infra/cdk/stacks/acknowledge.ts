import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Accepts a finding of cdk-nag on a construct and everything below it. The reason is for whoever audits the stack. */
export const acknowledge = (construct: Construct | ec2.ISecurityGroup, rule: string, reason: string): void => {
  Validations.of(construct).acknowledge({ id: rule, reason });
};

/** Accepts a permission that names no single resource. */
export const acknowledgeWildcard = (construct: Construct, resource: string, reason: string): void => {
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
};

/** Accepts a policy that AWS keeps, by its path. */
export const acknowledgeManagedPolicy = (construct: Construct, policy: string, reason: string): void => {
  acknowledge(construct, `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`, reason);
};

/** Accepts the roles of the functions that CDK itself deploys in a stack. */
export const acknowledgeCdkFunctions = (stack: Construct): void => {
  const reason = 'Of a function that CDK deploys for what CloudFormation cannot do by itself.';
  acknowledgeManagedPolicy(stack, 'service-role/AWSLambdaBasicExecutionRole', reason);
  acknowledgeWildcard(stack, '*', reason);
};

/** A group of another stack that constructs here use but cannot widen: all rules are in the network stack. */
export const immutableGroup = (scope: Construct, id: string, group: ec2.ISecurityGroup): ec2.ISecurityGroup =>
  ec2.SecurityGroup.fromSecurityGroupId(scope, id, group.securityGroupId, { mutable: false });
