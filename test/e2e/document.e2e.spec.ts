import { expect } from 'chai';
import { CONTEXTS } from '@lego-moc/local/registry';
import { webhookMessages } from '@lego-moc/moc-management/contracts/webhook-messages';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

type Content = Readonly<Record<string, { readonly schema?: object }>>;
type Operation = {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type DocumentedOperation = {
  readonly name: string;
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
};

/** A mutation whose path alone says everything: it has no body. */
const WITHOUT_BODY =
  /\/(publication|claim|replay|rebuild|rollback|verify|cancel|revert|bookmark|follow|like|cancellation|complete|opened-sets|secret-rotations|test|start|stop|restart)$|DELETE|GET/;

describe('the OpenAPI document of the whole platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let operations: readonly DocumentedOperation[];
  before(async () => {
    const { url } = await sharedPlatform();
    const { paths } = (await (await fetch(`${url}/docs/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path,
        method,
        operation,
      })),
    );
  });

  it('describes every message that leaves the platform for a webhook', async () => {
    const { url } = await sharedPlatform();
    const { webhooks = {} } = (await (await fetch(`${url}/docs/openapi.json`)).json()) as {
      webhooks?: Record<string, { readonly post: Operation }>;
    };
    expect(Object.keys(webhooks)).to.have.members(Object.keys(webhookMessages));
    for (const [name, { post }] of Object.entries(webhooks)) {
      const headers = (post.parameters ?? []).filter((parameter) => parameter.in === 'header');
      expect(headers.map((header) => header.name)).to.have.members([
        ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
      ]);
      expect(post.requestBody?.content['application/json']?.schema).to.have.nested.property(
        'properties.type.const',
        name,
      );
    }
  });

  const namesWhere = (isSo: (operation: DocumentedOperation) => boolean): readonly string[] =>
    operations.filter(isSo).map(({ name }) => name);

  it('covers every service and names each operation once', () => {
    expect(new Set(operations.flatMap(({ operation }) => operation.tags))).to.include.all.keys(
      ...CONTEXTS.map(({ name }) => name),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(namesWhere(({ operation }) => (operation.summary ?? '') === '')).to.deep.equal([]);
  });

  it('describes every path parameter', () => {
    const offenders = namesWhere(({ path, operation }) => {
      const names = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      return [...path.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => !names.includes(name));
    });
    expect(offenders).to.deep.equal([]);
  });

  it('describes every request body', () => {
    const missing = namesWhere(
      ({ name, operation }) => operation.requestBody === undefined && !WITHOUT_BODY.test(name),
    );
    expect(missing).to.deep.equal([]);
    const formless = namesWhere(({ operation }) =>
      Object.entries(operation.requestBody?.content ?? {}).some(
        ([mediaType, { schema = {} }]) => !mediaType.startsWith('image/') && Object.keys(schema).length === 0,
      ),
    );
    expect(formless).to.deep.equal([]);
  });

  it('describes every answer, and the problem details of a refusal', () => {
    const formless = namesWhere(({ operation }) =>
      Object.values(operation.responses).some(({ content = {} }) =>
        Object.entries(content).some(
          ([mediaType, { schema = {} }]) => /[/+]json$/.test(mediaType) && Object.keys(schema).length === 0,
        ),
      ),
    );
    expect(formless).to.deep.equal([]);
    const unrefusing = namesWhere(
      ({ operation }) => operation.responses['default']?.content?.['application/problem+json']?.schema === undefined,
    );
    expect(unrefusing).to.deep.equal([]);
    expect(
      namesWhere(({ operation }) => !Object.keys(operation.responses).some((status) => /^2/.test(status))),
    ).to.deep.equal([]);
  });
});
