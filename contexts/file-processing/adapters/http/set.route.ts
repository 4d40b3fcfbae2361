import { Router, type Request } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { SetPartsQuery, SetPartsReply, SetReply, SetsQuery, SetsReply } from '../../contracts/set-api.ts';
import { setContract, setPartsContract, setsContract } from './set-contracts.ts';

export type SetRoutes = {
  readonly searchSets: (query: SetsQuery) => Promise<SetsReply>;
  /** `undefined` when there is none. */
  readonly set: (setNumber: string) => Promise<SetReply | undefined>;
  /** `undefined` when there is no inventory of it in that version. */
  readonly setParts: (setNumber: string, query: SetPartsQuery) => Promise<SetPartsReply | undefined>;
};

/** Throws 401 for an unknown caller. */
const requireCaller = (request: Request): void => {
  if (callerOf(request).service === undefined) userOf(request);
};

/** Read routes of sets, minifigs and their parts, for any user and for services. */
export const setRoutes = ({ searchSets, set, setParts }: SetRoutes): Router =>
  Router()
    .use(
      route(setsContract, async ({ query, request }) => {
        requireCaller(request);
        return ok(await searchSets(query));
      }),
    )
    .use(
      route(setContract, async ({ params: { setNumber }, request }) => {
        requireCaller(request);
        const reply = await set(setNumber);
        return reply === undefined
          ? problem(404, 'set-not-found', 'The catalogue does not have this set or minifig.')
          : ok(reply);
      }),
    )
    .use(
      route(setPartsContract, async ({ params: { setNumber }, query, request }) => {
        requireCaller(request);
        const reply = await setParts(setNumber, query);
        return reply === undefined
          ? problem(
              404,
              'set-inventory-not-found',
              'The catalogue has no inventory of this set in this version. GET /v1/catalogue/sets/:setNumber names the versions.',
            )
          : ok(reply);
      }),
    );
