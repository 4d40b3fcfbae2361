import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { expectedRevision } from '@lego-moc/http/if-match';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { ListStatus, PartsListStatus, StatusRejection } from '../../application/parts-list-status.ts';
import {
  partsListStatusParams,
  partsListStatusReply,
  partsListStatusRequest,
  type PartsListStatusReply,
} from '../../contracts/parts-list-status-api.ts';
import { actualCosts, countPieces, isPurchased } from '../../domain/tracked-item.ts';
import { etagOf } from './owned-item.ts';
import { toProblem } from './rejection-status.ts';

const PATH = '/v1/mocs/:mocId/parts-lists/:partsListId/status';
const shape = { path: PATH, tags: ['Inventory'], params: partsListStatusParams };
const REPLY = { description: 'The status', schema: partsListStatusReply };
const NOT_FOUND = { description: 'moc-not-found or parts-list-not-found: you see no such list' };

export const readPartsListStatus = defineRoute({
  ...{ ...shape, method: 'get' },
  summary: 'What the caller has of a parts list: built, purchased, pieces and costs',
  replies: { 200: REPLY, 404: NOT_FOUND },
});

export const changePartsListStatus = defineRoute({
  ...{ ...shape, method: 'patch', body: partsListStatusRequest },
  summary: 'Say what is there of a parts list; it is tracked from then on',
  replies: {
    200: REPLY,
    404: NOT_FOUND,
    409: { description: 'parts-not-counted: the list cannot be read; cost-of-purchases: these say what it cost' },
    422: { description: 'lots-not-named: the lots have more pieces; or acquired-exceeds-needed' },
  },
});

export const STATUS_CONTRACTS: readonly RouteContract[] = [readPartsListStatus, changePartsListStatus];

const STATUS = { 'moc-not-found': 404, 'parts-list-not-found': 404, 'parts-not-counted': 409 };

const isOwnCode = (code: StatusRejection): code is keyof typeof STATUS => code in STATUS;

const refusal = ({ rejected, ...rest }: Rejection<StatusRejection>): Reply =>
  isOwnCode(rejected) ? problem(STATUS[rejected], rejected, rest.because) : toProblem({ rejected, ...rest });

/** In per cent with two decimals, rounded down. */
const percentageText = (pieces: number, total: number): string =>
  (total === 0 ? 100 : Math.floor((pieces * 10_000) / total) / 100).toFixed(2);

const replyOf = ({ list: { mocId, partsListId, title, pieces }, item }: ListStatus): PartsListStatusReply => {
  const name = { mocId, partsListId, title };
  if (item === null)
    return {
      ...{ ...name, inventoryItemId: null, built: false, purchased: false, inventoryPercentage: '0.00' },
      ...{
        totalPartsCount: pieces,
        acquiredPartsCount: 0,
        namedPartsCount: 0,
        missingPartsCount: 0,
        damagedPartsCount: 0,
      },
      ...{ costEstimate: null, actualCosts: [], notes: '' },
    };
  const { needed, acquired, usable } = countPieces(item);
  const acquiredPieces = item.statedPieces ?? acquired;
  const sum = (field: 'missing' | 'damaged') => item.lots.reduce((total, lot) => total + lot[field], 0);
  return {
    ...{ ...name, inventoryItemId: item.itemId, built: item.built, purchased: isPurchased(item) },
    ...{ inventoryPercentage: percentageText(usable + acquiredPieces - acquired, needed) },
    ...{ totalPartsCount: needed, acquiredPartsCount: acquiredPieces, namedPartsCount: acquired },
    ...{ missingPartsCount: sum('missing'), damagedPartsCount: sum('damaged') },
    ...{ costEstimate: item.costEstimate, actualCosts: [...actualCosts(item)], notes: item.notes },
  };
};

const reply = (result: ListStatus | Rejection<StatusRejection>): Reply =>
  isRejection<StatusRejection>(result) ? refusal(result) : ok(replyOf(result), { etag: etagOf(result.revision) });

/** Routes for the status of a parts list. */
export const partsListStatusRoutes = (status: PartsListStatus): Router =>
  Router().use(
    route(readPartsListStatus, async ({ request, params }) =>
      reply(await status.find(params, userOf(request).id, causeOf(request))),
    ),

    route(changePartsListStatus, async ({ request, params, body }) => {
      const { acquiredPartsCount: acquiredPieces, inventoryPercentage: percentage, actualCost, ...rest } = body;
      const change = { ...rest, statedCost: actualCost };
      const [by, cause] = [userOf(request).id, causeOf(request)];
      const wish = { change, acquiredPieces, percentage };
      return reply(await status.change(params, by, wish, cause, expectedRevision(request)));
    }),
  );
