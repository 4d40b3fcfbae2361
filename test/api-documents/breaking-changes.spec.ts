import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { brokenEvents, brokenOperations, type AsyncApi, type OpenApi } from './breaking-changes.ts';
import { asyncApi, openApi } from './documents.ts';
import type { Schema } from './narrowings.ts';
import { RELEASE_FOLDER } from './release.ts';

const readRelease = (name: string): unknown => JSON.parse(readFileSync(join(RELEASE_FOLDER, name), 'utf8'));
const releasedRoutes = (): OpenApi => readRelease('openapi.json') as OpenApi;
const releasedEvents = (): AsyncApi => readRelease('asyncapi.json') as AsyncApi;

const text = { type: 'string' };
const title = { type: 'string', minLength: 1, maxLength: 200 };
const colour = { type: 'string', enum: ['red', 'blue'] };
const objectOf = (properties: Schema, requiredNames: readonly string[] = Object.keys(properties)): Schema => ({
  ...{ type: 'object', properties, required: requiredNames, additionalProperties: false },
});
const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });

type Parts = {
  readonly reply?: Schema;
  readonly body?: Schema;
  readonly query?: readonly object[];
  readonly rest?: object;
};

const toyDocument = ({ reply = {}, body = {}, query = [], rest = {} }: Parts): OpenApi => ({
  paths: {
    '/toys': { post: { parameters: query, requestBody: json(body), responses: { 200: json(reply) }, ...rest } },
  },
  components: {},
});

const cases: Readonly<Record<string, readonly [before: Parts, after: Parts, reason?: string]>> = {
  'a member of a reply goes': [
    { reply: objectOf({ text, title }) },
    { reply: objectOf({ text }) },
    'reply 200/title: is missing',
  ],
  'an optional member of a reply goes': [
    { reply: objectOf({ text }, []) },
    { reply: objectOf({}) },
    'reply 200/text: is gone',
  ],
  'a member of a reply may be absent': [
    { reply: objectOf({ text }) },
    { reply: objectOf({ text }, []) },
    'reply 200/text: may be absent',
  ],
  'a member of a reply may be null': [
    { reply: objectOf({ text }) },
    { reply: objectOf({ text: { anyOf: [text, { type: 'null' }] } }) },
    'reply 200/text: is of type string, not null',
  ],
  'a member of a reply has another type': [
    { reply: objectOf({ text: { type: 'array', items: text } }) },
    { reply: objectOf({ text: { type: 'array', items: { type: 'integer' } } }) },
    'reply 200/text[]: is of type string, not integer',
  ],
  'a reply has a further value of an enumeration': [
    { reply: objectOf({ colour }) },
    { reply: objectOf({ colour: { ...colour, enum: ['red', 'blue', 'green'] } }) },
    'reply 200/colour: "green" is no value of it',
  ],
  'a reply has a further member': [{ reply: objectOf({ text }) }, { reply: objectOf({ text, colour }) }],
  'a reply is never null any more': [
    { reply: objectOf({ text: { type: ['string', 'null'] } }) },
    { reply: objectOf({ text }) },
  ],
  'a body needs a further member': [
    { body: objectOf({ text }) },
    { body: objectOf({ text, title }) },
    'body/title: is missing',
  ],
  'a body takes a further optional member': [
    { body: objectOf({ text }) },
    { body: objectOf({ text, title }, ['text']) },
  ],
  'a strict body does not know a member any more': [
    { body: objectOf({ text, title }, []) },
    { body: objectOf({ text }, []) },
    'body/title: is not accepted',
  ],
  'a text of a body must be shorter': [
    { body: objectOf({ title }) },
    { body: objectOf({ title: { ...title, maxLength: 100 } }) },
    'body/title: maxLength is 100, not 200',
  ],
  'a text of a body may be longer': [{ body: objectOf({ title }) }, { body: objectOf({ title: text }) }],
  'a query parameter is required': [
    { query: [{ name: 'q', in: 'query', schema: text }] },
    { query: [{ name: 'q', in: 'query', required: true, schema: text }] },
    'query q: is required',
  ],
  'parameters change their places': [
    {
      query: [
        { name: 'q', in: 'query' },
        { name: 'page', in: 'query' },
      ],
    },
    {
      query: [
        { name: 'page', in: 'query' },
        { name: 'q', in: 'query' },
      ],
    },
  ],
  'a query parameter goes': [{ query: [{ name: 'q', in: 'query' }] }, {}, 'query q: is gone'],
  'an operation needs a role': [{}, { rest: { 'x-access': 'operator' } }, 'access: operator, not user'],
  'an operation succeeds with another status': [{}, { rest: { responses: { 202: {} } } }, 'reply 202: is new'],
};

describe('the comparison with the last release', function () {
  this.timeout(60_000);

  for (const [name, [before, after, reason]] of Object.entries(cases))
    it(`${reason === undefined ? 'accepts' : 'reports'} that ${name}`, () => {
      const expected = reason === undefined ? [] : [`POST /toys ${reason}`];
      expect(brokenOperations(toyDocument(before), toyDocument(after))).to.deep.equal(expected);
    });

  it('reports an operation that is gone, unless it was deprecated in that release', () => {
    const nothing = { paths: {}, components: {} };
    expect(brokenOperations(toyDocument({}), nothing)).to.deep.equal(['POST /toys is gone']);
    expect(brokenOperations(toyDocument({ rest: { deprecated: true } }), nothing)).to.deep.equal([]);
  });

  it('reports an event type that is gone, and a form that old subscribers cannot read', () => {
    const release: AsyncApi = { components: { schemas: { 'toy.made': objectOf({ colour }), 'toy.lost': {} } } };
    const current: AsyncApi = { components: { schemas: { 'toy.made': objectOf({ colour: text, title }) } } };
    expect(brokenEvents(release, current)).to.deep.equal([
      'toy.made /colour: only some values are left',
      'toy.lost is gone',
    ]);
  });

  it('finds no operation that breaks clients of the last release', () => {
    expect(brokenOperations(releasedRoutes(), openApi())).to.deep.equal([]);
  });

  it('finds no integration event that breaks subscribers of the last release', () => {
    expect(brokenEvents(releasedEvents(), asyncApi())).to.deep.equal([]);
  });

  it('would find all operations and events that went', () => {
    const release = releasedRoutes();
    expect(brokenOperations(release, { paths: {}, components: {} })).to.have.length.greaterThan(300);
    expect(Object.keys(releasedEvents().components.schemas)).to.have.length.greaterThan(30);
  });
});
