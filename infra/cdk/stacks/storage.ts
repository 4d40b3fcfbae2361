import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { FILE_STORAGE } from '../../../contexts/file-storage/contracts/routes.ts';
import { storesObjects, type DeployedService } from '../platform/services.ts';
import type { Stage } from '../platform/stages.ts';
import { acknowledge } from './acknowledge.ts';

type StorageProps = StackProps & { readonly stage: Stage; readonly services: readonly DeployedService[] };

const LIFECYCLE: s3.LifecycleRule[] = [
  { abortIncompleteMultipartUploadAfter: Duration.days(2) },
  // A deleted file can be restored for a month, as the backups of the event store can.
  { noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true },
  { transitions: [{ storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }] },
];

/**
 * The files of builders, and who may fetch them: the service that stored them, from a bucket of its own, and whoever has a
 * signed URL.
 */
export class StorageStack extends Stack {
  private readonly buckets: ReadonlyMap<string, s3.Bucket>;
  /** Access logs of the bucket, the distribution and the load balancers. */
  readonly logBucket: s3.Bucket;
  readonly cdn: { readonly domain: string; readonly keyPairId: string } | undefined;

  constructor(scope: Construct, id: string, { stage, services, ...props }: StorageProps) {
    super(scope, id, props);
    const bucketDefaults = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    this.logBucket = new s3.Bucket(this, 'AccessLogs', {
      ...bucketDefaults,
      objectOwnership: s3.ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ expiration: Duration.days(stage.logDays) }],
    });
    acknowledge(this.logBucket, 'AwsSolutions-S1', 'The bucket of access logs would log itself.');
    const objects = {
      ...bucketDefaults,
      versioned: true,
      serverAccessLogsBucket: this.logBucket,
      lifecycleRules: LIFECYCLE,
    };
    // Browsers upload large files to the bucket itself, by URLs that file storage signs.
    const uploads = {
      cors: [
        {
          allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.PUT, s3.HttpMethods.POST],
          allowedOrigins: [...stage.corsOrigins],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3_600,
        },
      ],
    };
    const bucketFor = ({ name }: DeployedService): s3.Bucket =>
      name === FILE_STORAGE.name
        ? new s3.Bucket(this, 'Objects', { ...objects, ...uploads, serverAccessLogsPrefix: 'objects/' })
        : new s3.Bucket(this, `Objects-${name}`, { ...objects, serverAccessLogsPrefix: `objects-${name}/` });
    this.buckets = new Map(services.filter(storesObjects).map((service) => [service.name, bucketFor(service)]));
    this.cdn = stage.cdn === undefined ? undefined : this.makeCdn(stage, stage.cdn.publicKey);
  }

  /** The bucket that this service alone reads and writes. Throws for one that stores no objects. */
  bucketOf(service: string): s3.Bucket {
    const bucket = this.buckets.get(service);
    if (bucket === undefined) throw new Error(`${service} stores no objects`);
    return bucket;
  }

  private makeCdn({ name }: Stage, publicKey: string) {
    const key = new cloudfront.PublicKey(this, 'UrlKey', { encodedKey: publicKey });
    const distribution = new cloudfront.Distribution(this, 'Cdn', {
      comment: `Files of the ${name} stage`,
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucketOf(FILE_STORAGE.name)),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
        trustedKeyGroups: [new cloudfront.KeyGroup(this, 'UrlKeys', { items: [key] })],
      },
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      enableLogging: true,
      logBucket: this.logBucket,
      logFilePrefix: 'cdn/',
    });
    acknowledge(distribution, 'AwsSolutions-CFR1', 'Builders live everywhere.');
    acknowledge(distribution, 'AwsSolutions-CFR2', 'Only signed URLs are answered, and there is nothing but files.');
    acknowledge(distribution, 'AwsSolutions-CFR4', 'The domain of CloudFront itself: signed URLs name no other.');
    return { domain: distribution.distributionDomainName, keyPairId: key.publicKeyId };
  }
}
