import { z } from 'zod';
import type { OpenApiDocument } from '@lego-moc/http/openapi';
import type { Logger } from '@lego-moc/logger/logger';
import type { ServiceName } from '../routing/routes.ts';
import type { AsyncApiDocument } from './merge-asyncapi.ts';
import { serviceDocuments, type Documents } from './service-documents.ts';

const members = z.record(z.string(), z.looseObject({}));
const OPEN_API = { path: '/openapi.json', shape: z.looseObject({ paths: members, components: z.looseObject({}) }) };
const ASYNC_API = {
  path: '/asyncapi.json',
  shape: z.looseObject({
    channels: members,
    operations: members,
    components: z.looseObject({ messages: members, schemas: members }),
  }),
};

/** What the portal is made of. */
export type PortalDocuments = {
  readonly openApi: () => Promise<Documents<OpenApiDocument>>;
  readonly asyncApi: () => Promise<Documents<AsyncApiDocument>>;
};

/** The documents of all services about their routes and their integration events. */
export const portalDocuments = (origins: Readonly<Record<ServiceName, string>>, logger: Logger): PortalDocuments => ({
  openApi: serviceDocuments(origins, OPEN_API, logger),
  asyncApi: serviceDocuments(origins, ASYNC_API, logger),
});
