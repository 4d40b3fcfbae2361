import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Size } from './sizes.ts';

export type StageName = 'dev' | 'staging' | 'prod';

/** A VPC that exists already. Private subnets reach the internet through NAT. */
export type ExistingVpc = {
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZones: readonly string[];
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
};

export type Stage = {
  readonly name: StageName;
  readonly region: string;
  /** Of the public load balancer, in ACM. */
  readonly certificateArn: string;
  readonly apiDomain: string;
  readonly corsOrigins: readonly string[];
  readonly auth: { readonly jwksUrl: string; readonly issuer: string; readonly audience: string };
  /** The Auth Service's list of users, for reconciliation; its token is a field of the secret of `profile`. */
  readonly authServiceUrl?: string;
  readonly vpc: ExistingVpc | { readonly cidr: string; readonly natGateways: number };
  /** Without one, files are downloaded from S3 by its own signed URLs. */
  readonly cdn?: { readonly publicKey: string };
  readonly eventStore:
    | { readonly kind: 'cluster'; readonly instanceType: string; readonly diskGb: number; readonly image: string }
    /** KurrentDB Cloud: `{EVENTSTORE_USER}` and `{EVENTSTORE_PASSWORD}` stand for the account of each service. */
    | { readonly kind: 'connection-string'; readonly url: string };
  readonly database: { readonly instanceType: string; readonly multiAz: boolean; readonly backupDays: number };
  readonly cache: { readonly nodeType: string; readonly replicas: number };
  readonly search: { readonly instanceType: string; readonly nodes: number; readonly diskGb: number };
  readonly logDays: RetentionDays;
  /** Of each service; `sizes.ts` says how large a task is. */
  readonly tasks: Size['tasks'];
  readonly deployment: 'rolling' | 'blue-green' | 'canary';
  /** Data outlive the deletion of a stack. */
  readonly keepsData: boolean;
};

/** Never deployed: domains, ids and the certificate stand for those of a real account (`cdk.json` overrides them). */
const common = {
  region: 'us-east-1',
  certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000',
} as const;

const EVENT_STORE_IMAGE = 'eventstore/eventstore:23.10.7-jammy';

const auth = (host: string): Stage['auth'] => ({
  jwksUrl: `https://${host}/.well-known/jwks.json`,
  issuer: `https://${host}`,
  audience: 'lego-moc',
});

export const STAGES: Readonly<Record<StageName, Stage>> = {
  dev: {
    ...common,
    name: 'dev',
    apiDomain: 'api.dev.legomoc.com',
    corsOrigins: ['https://dev.legomoc.com', 'http://localhost:5173'],
    auth: auth('auth.dev.legomoc.com'),
    vpc: { cidr: '10.10.0.0/16', natGateways: 1 },
    eventStore: {
      kind: 'connection-string',
      url: 'esdb+discover://{EVENTSTORE_USER}:{EVENTSTORE_PASSWORD}@dev.mesdb.eventstore.cloud:2113',
    },
    database: { instanceType: 't4g.small', multiAz: false, backupDays: 1 },
    cache: { nodeType: 'cache.t4g.micro', replicas: 0 },
    search: { instanceType: 't3.small.search', nodes: 1, diskGb: 10 },
    logDays: RetentionDays.TWO_WEEKS,
    tasks: { min: 1, max: 2 },
    deployment: 'rolling',
    keepsData: false,
  },
  staging: {
    ...common,
    name: 'staging',
    apiDomain: 'api.staging.legomoc.com',
    corsOrigins: ['https://staging.legomoc.com'],
    auth: auth('auth.staging.legomoc.com'),
    vpc: { cidr: '10.20.0.0/16', natGateways: 1 },
    eventStore: { kind: 'cluster', instanceType: 't3.medium', diskGb: 50, image: EVENT_STORE_IMAGE },
    database: { instanceType: 't4g.small', multiAz: false, backupDays: 7 },
    cache: { nodeType: 'cache.t4g.small', replicas: 1 },
    search: { instanceType: 't3.medium.search', nodes: 2, diskGb: 20 },
    logDays: RetentionDays.ONE_MONTH,
    tasks: { min: 1, max: 4 },
    deployment: 'blue-green',
    keepsData: false,
  },
  prod: {
    ...common,
    name: 'prod',
    apiDomain: 'api.legomoc.com',
    corsOrigins: ['https://legomoc.com'],
    auth: auth('auth.legomoc.com'),
    vpc: { cidr: '10.30.0.0/16', natGateways: 3 },
    eventStore: { kind: 'cluster', instanceType: 'm7i.large', diskGb: 200, image: EVENT_STORE_IMAGE },
    database: { instanceType: 't4g.medium', multiAz: true, backupDays: 30 },
    cache: { nodeType: 'cache.t4g.small', replicas: 1 },
    search: { instanceType: 't3.medium.search', nodes: 2, diskGb: 50 },
    logDays: RetentionDays.THREE_MONTHS,
    tasks: { min: 2, max: 8 },
    deployment: 'canary',
    keepsData: true,
  },
};
