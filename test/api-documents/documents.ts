import { asyncApiDocument } from '@lego-moc/event-store/asyncapi';
import { openApiDocument } from '@lego-moc/http/openapi';
import { operatorsContracts } from '@lego-moc/service/operators-contracts';
import type { Context } from '@lego-moc/service/run-context';
import { fileProcessing } from '../../contexts/file-processing/context.ts';
import { fileStorage } from '../../contexts/file-storage/context.ts';
import { gallery } from '../../contexts/gallery/context.ts';
import { inventory } from '../../contexts/inventory/context.ts';
import { migration } from '../../contexts/migration/context.ts';
import { mocManagement } from '../../contexts/moc-management/context.ts';
import { profile } from '../../contexts/profile/context.ts';
import { search } from '../../contexts/search/context.ts';
import { wishlist } from '../../contexts/wishlist/context.ts';
import { mergeAsyncApi } from '../../gateway/portal/merge-asyncapi.ts';
import { mergeOpenApi } from '../../gateway/portal/merge-openapi.ts';
import { ROUTES } from '../../gateway/routing/routes.ts';

type DescribedContext = Pick<Context, 'service' | 'contracts' | 'webhooks' | 'events'>;

const CONTEXTS: readonly DescribedContext[] = [
  ...[mocManagement, gallery, profile, wishlist, fileProcessing, inventory, search, fileStorage, migration],
];

/** Services without read models, and so without the routes of projections. */
const WITHOUT_PROJECTIONS = new Set(['file-storage', 'migration']);

/** Services whose processes operators can list. */
const WITH_PROCESSES = new Set(['moc-management', 'inventory']);

const describeAll = <Document>(describe: (context: DescribedContext) => Document): Readonly<Record<string, Document>> =>
  Object.fromEntries(CONTEXTS.map((context) => [context.service.name, describe(context)]));

/** What `/docs/openapi.json` is while all services run, made of their contracts alone. */
export const openApi = () =>
  mergeOpenApi(
    ROUTES,
    describeAll(({ service: { name }, contracts, webhooks = [] }) =>
      openApiDocument({
        title: name,
        version: '1.0.0',
        webhooks,
        contracts: [
          ...contracts,
          ...operatorsContracts({
            projections: !WITHOUT_PROJECTIONS.has(name),
            processes: WITH_PROCESSES.has(name),
          }),
        ],
      }),
    ),
  );

/** What `/docs/asyncapi.json` is while all services run. */
export const asyncApi = () =>
  mergeAsyncApi(describeAll(({ service: { name }, events = {} }) => asyncApiDocument(name, events)));
