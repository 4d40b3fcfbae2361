import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { expect } from 'chai';
import { asyncApi, openApi } from '../../test/api-documents/documents.ts';

const redoclyErrors = async (name: string, document: object): Promise<readonly string[]> => {
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: `/${name}.json`,
    config: await createConfig({ extends: ['recommended'] }),
  });
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} ${place?.pointer ?? ''}`);
};

const ERROR = 0;

const spectralErrors = async (rules: object, document: object): Promise<readonly string[]> => {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [[rules, 'recommended']] } as Parameters<typeof linter.setRuleset>[0]);
  const results = await linter.run(structuredClone(document) as Record<string, unknown>);
  return results
    .filter(({ severity }) => severity === ERROR)
    .map(({ code, message, path }) => `${String(code)}: ${message} ${path.join('/')}`);
};

describe('the OpenAPI document', () => {
  it('has no errors for Redocly', async () => {
    expect(await redoclyErrors('openapi', openApi())).to.deep.equal([]);
  });

  it('has no errors for Spectral', async () => {
    expect(await spectralErrors(rulesets.oas, openApi())).to.deep.equal([]);
  });
});

describe('the AsyncAPI document', () => {
  it('has no errors for Redocly', async () => {
    expect(await redoclyErrors('asyncapi', asyncApi())).to.deep.equal([]);
  });

  it('has no errors for Spectral', async () => {
    expect(await spectralErrors(rulesets.asyncapi, asyncApi())).to.deep.equal([]);
  });
});

describe('the linters', () => {
  it('report a document without servers, and an array without items', async () => {
    const { servers: _, ...document } = openApi();
    expect((await redoclyErrors('openapi', document)).join()).to.include('no-empty-servers');
    const parameters = [{ name: 'q', in: 'query', schema: { type: 'array' } }];
    const paths = {
      '/toys': { get: { operationId: 'toys', parameters, responses: { 200: { description: 'Toys' } } } },
    };
    expect((await spectralErrors(rulesets.oas, { ...document, paths })).join()).to.include('array-items');
  });
});
