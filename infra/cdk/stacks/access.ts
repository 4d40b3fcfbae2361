import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import { bundledHandler } from '../access/bundle.ts';
import type { ServiceAccess } from '../access/handler.ts';
import { loginsOf } from '../access/rotation.ts';
import { DATABASE, generatedFields } from '../platform/environment.ts';
import type { DeployedService } from '../platform/services.ts';
import type { Stage } from '../platform/stages.ts';
import { acknowledge, acknowledgeCdkFunctions, acknowledgeManagedPolicy, immutableGroup } from './acknowledge.ts';
import type { DataStack } from './data.ts';
import type { NetworkStack } from './network.ts';

type AccessProps = StackProps & {
  readonly stage: Stage;
  readonly services: readonly DeployedService[];
  readonly network: NetworkStack;
  readonly data: DataStack;
};

const ROTATION = Duration.days(90);

export const clusterName = ({ name }: Stage): string => `lego-moc-${name}`;

/** The secrets of services, and the function that fills them, makes their schemas and roles, and rotates passwords. */
export class AccessStack extends Stack {
  readonly serviceKeys: secrets.Secret;
  private readonly byService: ReadonlyMap<string, secrets.Secret>;
  private readonly common: Record<string, string>;

  constructor(scope: Construct, id: string, { stage, services, network, data, ...props }: AccessProps) {
    super(scope, id, props);
    this.serviceKeys = new secrets.Secret(this, 'ServiceKeys', { description: 'The public keys of all services' });
    acknowledge(this.serviceKeys, 'AwsSolutions-SMG4', 'Public keys: provisioning writes them at each deployment.');
    this.byService = new Map(services.map((service) => [service.name, this.secretFor(service)]));
    this.common = {
      SERVICES: this.toJsonString(
        services.filter(({ isGateway }) => !isGateway).map((context) => this.describe(context)),
      ),
      ADMIN_SECRET_ARN: data.databaseSecret.secretArn,
      SERVICE_KEYS_ARN: this.serviceKeys.secretArn,
      DATABASE_HOST: data.database.dbInstanceEndpointAddress,
      DATABASE,
      CLUSTER: clusterName(stage),
      // The authorities of RDS are among those of Lambda.
      NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
    };
    acknowledgeCdkFunctions(this);
    const provision = this.addFunction('Provision', 'provision', network, data);
    new Trigger(this, 'ProvisionNow', {
      handler: provision,
      timeout: Duration.minutes(5),
      executeOnHandlerChange: true,
    });
    const rotation = this.addFunction('Rotation', 'rotateSecret', network, data);
    rotation.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['ecs:UpdateService'],
        resources: services.map(({ name }) =>
          this.formatArn({ service: 'ecs', resource: 'service', resourceName: `${clusterName(stage)}/${name}` }),
        ),
      }),
    );
    for (const { name, schema } of services)
      if (schema !== undefined)
        this.secretOf(name).addRotationSchedule('Rotation', {
          rotationLambda: rotation,
          automaticallyAfter: ROTATION,
          rotateImmediatelyOnUpdate: false,
        });
  }

  /** Of the service `name`; its fields are description in `access/handler.ts`. */
  secretOf(name: string): secrets.Secret {
    const secret = this.byService.get(name);
    if (secret === undefined) throw new Error(`No secret of ${name}`);
    return secret;
  }

  private secretFor({ name, schema }: DeployedService): secrets.Secret {
    const template = schema === undefined ? {} : { username: loginsOf(schema)[0] };
    const secret = new secrets.Secret(this, `Secret-${name}`, {
      description: `All that ${name} is let in by`,
      generateSecretString: {
        ...{ secretStringTemplate: JSON.stringify(template), generateStringKey: 'password' },
        ...{ excludePunctuation: true, passwordLength: 40 },
      },
    });
    if (schema === undefined) acknowledge(secret, 'AwsSolutions-SMG4', 'It holds no password of a database.');
    return secret;
  }

  private describe(service: DeployedService): ServiceAccess {
    const { name, schema, extensions } = service;
    const description = { name, extensions, generated: generatedFields(service) };
    const secretArn = this.secretOf(name).secretArn;
    return schema === undefined ? { ...description, secretArn } : { ...description, secretArn, schema };
  }

  private addFunction(id: string, handler: string, network: NetworkStack, data: DataStack): lambda.Function {
    const lambdaFunction = new lambda.Function(this, id, {
      code: lambda.Code.fromAsset(bundledHandler()),
      handler: `index.${handler}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.minutes(2),
      memorySize: 256,
      vpc: network.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [immutableGroup(this, `${id}Group`, network.groups.databaseAccess)],
      environment: this.common,
      logGroup: new logs.LogGroup(this, `${id}Logs`, { retention: logs.RetentionDays.THREE_MONTHS }),
    });
    data.databaseSecret.grantRead(lambdaFunction);
    this.serviceKeys.grantRead(lambdaFunction);
    this.serviceKeys.grantWrite(lambdaFunction);
    for (const secret of this.byService.values()) {
      secret.grantRead(lambdaFunction);
      secret.grantWrite(lambdaFunction);
    }
    acknowledgeManagedPolicy(
      lambdaFunction,
      'service-role/AWSLambdaVPCAccessExecutionRole',
      'The function is in the VPC.',
    );
    return lambdaFunction;
  }
}
