import type { Schema } from './operations.ts';
import type { Documents } from './service-documents.ts';

type Members = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A service's document of its integration events. */
export type AsyncApiDocument = {
  readonly channels: Members;
  readonly operations: Members;
  readonly components: { readonly messages: Members; readonly schemas: Readonly<Record<string, Schema>> };
};

/** One AsyncAPI document of the integration events of all services. */
export const mergeAsyncApi = (documents: Documents<AsyncApiDocument>) => {
  const parts = Object.values(documents).filter((document) => document !== undefined);
  const mergeBy = <Part extends object>(partOf: (document: AsyncApiDocument) => Part): Part =>
    Object.assign({}, ...parts.map(partOf)) as Part;
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'LEGO MOC platform: integration events',
      version: '1.0.0',
      description: 'What the services publish to each other and to the event bus.',
    },
    defaultContentType: 'application/json',
    channels: mergeBy(({ channels }) => channels),
    operations: mergeBy(({ operations }) => operations),
    components: {
      messages: mergeBy(({ components }) => components.messages),
      schemas: mergeBy(({ components }) => components.schemas),
    },
  };
};

export type MergedAsyncApi = ReturnType<typeof mergeAsyncApi>;
