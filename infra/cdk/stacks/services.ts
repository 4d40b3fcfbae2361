import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as efs from 'aws-cdk-lib/aws-efs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { INamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import { DEFAULT_PORTS } from '../../../building-blocks/http/default-ports.ts';
import type { Place } from '../platform/environment.ts';
import type { DeployedService } from '../platform/services.ts';
import { sizeOf } from '../platform/sizes.ts';
import type { Stage } from '../platform/stages.ts';
import { clusterName, type AccessStack } from './access.ts';
import { immutableGroup } from './acknowledge.ts';
import type { Topics } from './alarms.ts';
import type { DataStack } from './data.ts';
import type { EventStoreStack } from './event-store.ts';
import { protectByFirewall } from './firewall.ts';
import { LoadBalancedService } from './load-balanced-service.ts';
import type { NetworkStack } from './network.ts';
import type { StorageStack } from './storage.ts';

/** What tasks and services are put into. */
export type Surroundings = {
  readonly cluster: ecs.Cluster;
  readonly network: NetworkStack;
  readonly namespace: INamespace;
  readonly bucketOf: (service: string) => IBucket;
  readonly files: efs.FileSystem;
  readonly gatewayKeys: efs.AccessPoint;
  readonly topics: Topics;
  readonly secrets: {
    readonly own: (service: string) => ISecret;
    readonly cache: ISecret;
    readonly search: ISecret;
    readonly 'service-keys': ISecret;
    readonly 'event-store-ca': ISecret | undefined;
  };
};

type ServicesProps = StackProps & {
  readonly stage: Stage;
  readonly services: readonly DeployedService[];
  readonly version: string;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly storage: StorageStack;
  readonly access: AccessStack;
  readonly eventStore: EventStoreStack | undefined;
  readonly topics: Topics;
};

const NOT_FOUND = elbv2.ListenerAction.fixedResponse(404);

/** The processes of the platform: the gateway behind the public load balancer, the contexts behind the internal one. */
export class ServicesStack extends Stack {
  readonly publicAlb: elbv2.ApplicationLoadBalancer;

  constructor(scope: Construct, id: string, options: ServicesProps) {
    super(scope, id, options);
    const { stage, services, version } = options;
    this.publicAlb = this.loadBalancer('Public', true, options);
    const internalAlb = this.loadBalancer('Internal', false, options);
    const surroundings = this.surroundings(options);
    const place = this.place(options, internalAlb.loadBalancerDnsName);
    protectByFirewall(this, this.publicAlb, stage);
    for (const service of services)
      new LoadBalancedService(this, service.name, {
        ...{ service, stage, place, version, surroundings },
        size: sizeOf(service.name, stage.tasks),
        listener: service.isGateway ? this.publicListener(stage) : this.internalListener(internalAlb, service),
      });
    new logs.LogGroup(this, 'Metrics', {
      ...{ logGroupName: `/lego-moc/${stage.name}/metrics`, retention: logs.RetentionDays.ONE_WEEK },
    });
  }

  private loadBalancer(id: string, isPublic: boolean, { network, storage, stage }: ServicesProps) {
    const group = isPublic ? network.groups.publicAlb : network.groups.internalAlb;
    const alb = new elbv2.ApplicationLoadBalancer(this, `${id}Alb`, {
      vpc: network.vpc,
      internetFacing: isPublic,
      securityGroup: immutableGroup(this, `${id}Group`, group),
      dropInvalidHeaderFields: true,
      deletionProtection: stage.keepsData,
      // Longer than the gateway waits for a service, so that clients get its answer.
      idleTimeout: Duration.seconds(60),
    });
    alb.logAccessLogs(storage.logBucket, `alb-${id.toLowerCase()}`);
    return alb;
  }

  private publicListener({ certificateArn }: Stage): elbv2.ApplicationListener {
    this.publicAlb.addListener('Http', {
      port: 80,
      open: false,
      defaultAction: elbv2.ListenerAction.redirect({ port: '443', protocol: 'HTTPS', permanent: true }),
    });
    return this.publicAlb.addListener('Https', {
      port: 443,
      open: false,
      certificates: [elbv2.ListenerCertificate.fromArn(certificateArn)],
      sslPolicy: elbv2.SslPolicy.TLS13_RES,
      defaultAction: NOT_FOUND,
    });
  }

  private internalListener(alb: elbv2.ApplicationLoadBalancer, { name, port }: DeployedService) {
    return alb.addListener(`To-${name}`, {
      ...{ port, open: false, protocol: elbv2.ApplicationProtocol.HTTP, defaultAction: NOT_FOUND },
    });
  }

  private surroundings({ stage, network, data, storage, access, eventStore, topics }: ServicesProps): Surroundings {
    const cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: clusterName(stage),
      vpc: network.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    const { namespace } = network;
    const { files, gatewayKeys, cacheSecret, searchSecret } = data;
    return {
      ...{ cluster, network, namespace, files, gatewayKeys, topics },
      bucketOf: (service) => storage.bucketOf(service),
      secrets: {
        own: (service) => access.secretOf(service),
        cache: cacheSecret,
        search: searchSecret,
        'service-keys': access.serviceKeys,
        'event-store-ca': eventStore?.ca,
      },
    };
  }

  private place({ stage, network, data, storage, eventStore }: ServicesProps, internalHost: string): Place {
    const url = stage.eventStore.kind === 'connection-string' ? stage.eventStore.url : eventStore?.url;
    if (url === undefined) throw new Error(`The stage ${stage.name} has no event store`);
    const { apiDomain, region, corsOrigins, auth, authServiceUrl } = stage;
    return {
      ...{ apiDomain, region, corsOrigins, auth },
      urlOf: (_name, port) => `http://${internalHost}:${port}`,
      gatewayUrl: `http://gateway.${network.namespace.namespaceName}:${DEFAULT_PORTS.gateway}`,
      databaseHost: data.database.dbInstanceEndpointAddress,
      cacheHost: data.cacheHost,
      searchHost: data.searchHost,
      eventStoreUrl: url,
      hasEventStoreCa: eventStore !== undefined,
      bucketOf: (service) => storage.bucketOf(service).bucketName,
      ...(storage.cdn === undefined ? {} : { cdn: storage.cdn }),
      ...(authServiceUrl === undefined ? {} : { authServiceUrl }),
    };
  }
}
