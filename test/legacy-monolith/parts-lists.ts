import { Router, type Request } from 'express';
import { z } from 'zod';
import { callerOf, idIn, ownRow, requireCaller } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import { tableOf, type Columns, type Row } from './table.ts';
import { parseBody, type Fields } from './validation.ts';
import type { AreaOptions } from './wishlist.ts';

const text = z.string().nullish();
/** The monolith keeps numbers of parts lists as they come, as text. */
const number = z.union([z.string(), z.number().transform(String)]).nullish();

const partsList = z.object({
  ...{ title: z.string().min(1), description: text, notes: text },
  ...{ totalPartsCount: number, costEstimate: number, actualCost: number },
});
const status = z.object({
  ...{ built: z.boolean().optional(), purchased: z.boolean().optional(), notes: text },
  ...{ inventoryPercentage: number, acquiredPartsCount: number, actualCost: number },
});

const listColumns = (body: Fields<z.infer<typeof partsList>>): Columns => ({
  ...{ title: body.title, description: body.description, notes: body.notes, actual_cost: body.actualCost },
  ...{ total_parts_count: body.totalPartsCount, cost_estimate: body.costEstimate },
});
const statusColumns = (body: z.infer<typeof status>): Columns => ({
  ...{ built: body.built, purchased: body.purchased, notes: body.notes, actual_cost: body.actualCost },
  ...{ inventory_percentage: body.inventoryPercentage, acquired_parts_count: body.acquiredPartsCount },
});

const RECENT_MAX = 10;

/** What cannot be read counts as 0. */
const numberOf = (value: unknown): number => {
  const parsedNumber = typeof value === 'string' && value.trim() !== '' ? Number(value) : 0;
  return Number.isFinite(parsedNumber) ? parsedNumber : 0;
};

const summaryOf = (rows: readonly Row[]) => {
  const sum = rows.reduce((total, row) => total + numberOf(row['inventoryPercentage']), 0);
  return {
    statistics: {
      totalPartsLists: rows.length,
      builtCount: rows.filter(({ built }) => built === true).length,
      purchasedCount: rows.filter(({ purchased }) => purchased === true).length,
      averageInventoryPercentage: (rows.length === 0 ? 0 : sum / rows.length).toFixed(2),
    },
    recentPartsLists: rows.slice(0, RECENT_MAX),
  };
};

/** `/api/moc-instructions/:mocId/parts-lists` and `/api/user/parts-lists/summary`. */
export const partsListRoutes = ({ db }: AreaOptions): Router => {
  const mocs = tableOf(db, 'moc_instructions');
  const lists = tableOf(db, 'moc_parts_lists');

  const ownList = async (request: Request): Promise<Row> => {
    const { id } = await ownRow(request, mocs, 'mocId');
    const list = await lists.find(idIn(request, 'partsListId'));
    if (list?.['mocId'] !== id) throw new Refusal(404, 'Parts list not found');
    return list;
  };

  const readAll = async (request: Request) => {
    const { id } = await ownRow(request, mocs, 'mocId');
    return {
      message: 'Parts lists',
      data: { items: await lists.select('WHERE moc_id = $1 ORDER BY created_at, id', [id]) },
    };
  };

  const add = async (request: Request) => {
    const { id } = await ownRow(request, mocs, 'mocId');
    const columns = Object.entries(listColumns(parseBody(partsList, request.body))).filter(
      ([, value]) => value !== undefined,
    );
    return { message: 'Parts list created', data: await lists.insert({ ...Object.fromEntries(columns), moc_id: id }) };
  };

  const change = (columnsOf: (body: unknown) => Columns) => async (request: Request) => {
    const { id } = await ownList(request);
    return { message: 'Parts list updated', data: await lists.update(id, columnsOf(request.body), 'updated_at') };
  };

  const remove = async (request: Request) => {
    const { id } = await ownList(request);
    await lists.remove(id);
    return { message: 'Parts list deleted', data: { id } };
  };

  const summarize = async (request: Request) => {
    const rows = await lists.select(
      'JOIN moc_instructions m ON m.id = t.moc_id WHERE m.user_id = $1 ORDER BY t.updated_at DESC, t.id',
      [callerOf(request)],
    );
    return { message: 'Parts lists summary', data: summaryOf(rows) };
  };

  const at = '/moc-instructions/:mocId/parts-lists';
  return Router()
    .use(['/moc-instructions', '/user'], requireCaller(401))
    .get(at, answer(readAll))
    .post(at, answer(add))
    .put(`${at}/:partsListId`, answer(change((body) => listColumns(parseBody(partsList.partial(), body)))))
    .delete(`${at}/:partsListId`, answer(remove))
    .patch(`${at}/:partsListId/status`, answer(change((body) => statusColumns(parseBody(status, body)))))
    .get('/user/parts-lists/summary', answer(summarize));
};
