import { expect } from 'chai';
import { errors } from '@opensearch-project/opensearch';
import { mapOpenSearchErrors, OpenSearchUnavailable, orUndefined } from './errors.ts';

const refusal = (statusCode: number, type: string): Error =>
  new errors.ResponseError({
    ...{ body: { error: { type, reason: '' }, status: statusCode }, statusCode, headers: {}, warnings: null },
    meta: { context: null, name: 'opensearch-js', request: {}, connection: {}, attempts: 0, aborted: false },
  } as unknown as ConstructorParameters<typeof errors.ResponseError>[0]);

const thrownBy = (error: Error): Promise<unknown> =>
  mapOpenSearchErrors(Promise.reject(error)).then(
    () => undefined,
    (mappedError: unknown) => mappedError,
  );

describe('errors of OpenSearch', () => {
  for (const [status, type] of [
    [429, 'es_rejected_execution_exception'],
    [503, 'no_shard_available_action_exception'],
    [403, 'cluster_block_exception'],
    [400, 'index_closed_exception'],
  ] as const)
    it(`${type} is an outage, which a later attempt ends`, async () => {
      expect(await thrownBy(refusal(status, type)))
        .to.be.instanceOf(OpenSearchUnavailable)
        .and.include({ outage: true });
    });

  it('a request that is at fault itself is none', async () => {
    const error = refusal(400, 'parsing_exception');
    expect(await thrownBy(error)).to.equal(error);
  });

  it('a missing index is nothing, for those who ask so', async () => {
    const request = Promise.reject<string>(refusal(404, 'index_not_found_exception'));
    expect(await orUndefined(request)).to.equal(undefined);
  });
});
