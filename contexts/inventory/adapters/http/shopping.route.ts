import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { ok, problem, streamReply, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { checkMocs } from '../../application/check-mocs.ts';
import type { ListExporter } from '../../application/ports/list-exporter.ts';
import { shopMissing, type ShoppingAnswer, type ShoppingRejection } from '../../application/shop-missing.ts';
import {
  shoppingExportRequest,
  shoppingReply,
  shoppingRequest,
  type ShoppingReply,
} from '../../contracts/shopping-api.ts';
import { itemOfKey } from '../../domain/buildability/item-key.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';
import { toBuildProblem, toQuestion, type BuildabilityRoutes } from './buildability.route.ts';

const tags = ['Shopping'];
const PROBLEMS = {
  404: { description: 'moc-not-found: there is no such MOC for you' },
  422: { description: 'lot-not-found or too-many-lots' },
  ...TOO_MANY_QUESTIONS,
};

export const readShoppingList = defineRoute({
  ...{ method: 'post', path: '/v1/shopping-lists', tags, body: shoppingRequest },
  summary: 'Say which pieces lack to build some MOCs together',
  description: 'Nothing is changed. The ETag differs whenever the catalogue, the pieces or one of the MOCs do.',
  replies: {
    200: { description: 'The pieces, merged, with sums on both sides', schema: shoppingReply },
    ...PROBLEMS,
    409: { description: 'parts-not-counted: a MOC has no list with lots' },
  },
});

export const exportShoppingList = defineRoute({
  ...{ method: 'post', path: '/v1/shopping-lists/export', tags, body: shoppingExportRequest },
  summary: 'The pieces that lack as a file for a shop or a program',
  replies: {
    200: { description: 'The file, or a zip of several', mediaType: '*/*' },
    ...PROBLEMS,
    409: { description: 'parts-not-counted or nothing-to-export: there is no such file' },
  },
});

export const SHOPPING_CONTRACTS = [readShoppingList, exportShoppingList];

const toProblem = ({ rejected, because, ...rest }: Rejection<ShoppingRejection>): Reply =>
  rejected === 'nothing-to-export' ? problem(409, rejected, because) : toBuildProblem({ rejected, because, ...rest });

const toReply = ({ answer, list, report, estimate }: ShoppingAnswer): ShoppingReply => ({
  ...{ catalogueRelease: answer.release, inventoryRevision: answer.inventoryRevision, sums: list.sums },
  lots: list.lots.map(({ part, colour, quantity, needs }) => ({
    ...{ ...itemOfKey(part), colour, quantity },
    neededBy: needs.map((need) => ({ mocId: need.listId, quantity: need.quantity })),
  })),
  ...{ export: report, estimate },
});

/** Routes that say what to buy. */
export const shoppingRoutes = (needs: BuildabilityRoutes & { readonly exporter: ListExporter }): Router => {
  const shop = shopMissing(checkMocs(needs), needs.exporter);

  return Router().use(
    route(readShoppingList, ({ request, body: { target, estimate, ...question } }) =>
      needs.answerInTurn(userOf(request).id, async () => {
        const wish = { target, estimate };
        const result = await shop.list(userOf(request).id, toQuestion(question), wish, causeOf(request));
        return isRejection<ShoppingRejection>(result)
          ? toProblem(result)
          : ok(toReply(result), { etag: result.answer.tag });
      }),
    ),

    route(exportShoppingList, ({ request, body: { target, ...question } }) =>
      needs.answerInTurn(userOf(request).id, async () => {
        const file = await shop.file(userOf(request).id, toQuestion(question), target, causeOf(request));
        return isRejection<ShoppingRejection>(file)
          ? toProblem(file)
          : streamReply(file.content, { ...file.headers, 'cache-control': 'no-store' });
      }),
    ),
  );
};
