import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { newId } from '@lego-moc/kernel/ids';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { objectStoreContract } from './object-store.contract.ts';
import { connectS3, s3ObjectStore } from './s3-object-store.ts';

const endpoint = process.env['S3_ENDPOINT'];

describe('keeping objects in S3', function () {
  this.timeout(60_000);
  if (endpoint === undefined) {
    it('is not checked here: set S3_ENDPOINT and the AWS credentials to run it', function () {
      this.skip();
    });
    return;
  }

  objectStoreContract(async () => {
    const options = { endpoint, region: process.env['AWS_REGION'] ?? 'us-east-1', bucket: `object-store-${newId()}` };
    const s3 = connectS3(options);
    closeAfterAllTests(async () => {
      await Promise.resolve();
      s3.destroy();
    });
    await s3.send(new CreateBucketCommand({ Bucket: options.bucket }));
    return s3ObjectStore(s3, options);
  });
});
