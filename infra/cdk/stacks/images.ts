import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import type { DeployedService } from '../platform/services.ts';

const KEPT_IMAGES = 50;

export const repositoryName = ({ name }: Pick<DeployedService, 'name'>): string => `lego-moc/${name}`;

/** A repository for the images of each service; one for all stages, so that what was tested is what is promoted. */
export class ImagesStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { services, ...props }: StackProps & { readonly services: readonly DeployedService[] },
  ) {
    super(scope, id, props);
    for (const service of services)
      new ecr.Repository(this, service.name, {
        repositoryName: repositoryName(service),
        imageScanOnPush: true,
        imageTagMutability: ecr.TagMutability.IMMUTABLE,
        encryption: ecr.RepositoryEncryption.AES_256,
        removalPolicy: RemovalPolicy.RETAIN,
        lifecycleRules: [{ maxImageCount: KEPT_IMAGES }],
      });
  }
}
