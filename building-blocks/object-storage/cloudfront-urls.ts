import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import type { Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { attachmentDisposition } from './content-disposition.ts';
import { assertKey, type ObjectStore } from './object-store.ts';

export type CloudFrontOptions = {
  /** Of a distribution whose origin is the bucket: `d111111abcdef8.cloudfront.net`, or a name of one's own. */
  readonly domain: string;
  /** Of the public key in the distribution's trusted key group. */
  readonly keyPairId: string;
  /** In PEM. */
  readonly privateKey: string;
  /** Keys in the bucket begin with it. */
  readonly prefix?: string;
};

/**
 * A store whose signed URLs lead to CloudFront, with a canned policy; all else is done by `store`. The distribution
 * forwards `response-content-type` and `response-content-disposition` to the bucket and caches by them.
 */
export const withCloudFrontUrls = (
  store: ObjectStore,
  { domain, prefix = '', keyPairId, privateKey }: CloudFrontOptions,
  now: Clock,
): ObjectStore => ({
  ...store,
  signedUrl: (key, { expiresInS, mediaType, downloadName }) => {
    assertKey(key);
    const url = new URL(`https://${domain}/${prefix}${key}`);
    if (mediaType !== undefined) url.searchParams.set('response-content-type', mediaType);
    if (downloadName !== undefined)
      url.searchParams.set('response-content-disposition', attachmentDisposition(downloadName));
    const expiresAt = after(now(), expiresInS * 1_000);
    const signedUrl = getSignedUrl({ url: url.href, keyPairId, privateKey, dateLessThan: expiresAt });
    return Promise.resolve({ url: signedUrl, expiresAt });
  },
});
