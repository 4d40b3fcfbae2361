import { Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Owners } from '../../application/owners.ts';
import { refusal } from './rejection-status.ts';
import { putSettings, readSettings } from './settings-contracts.ts';

/** Routes for what holds for all later uploads of a user. */
export const settingsRoutes = ({ hasWatermark, setWatermark }: Pick<Owners, 'hasWatermark' | 'setWatermark'>): Router =>
  Router().use(
    route(readSettings, async ({ request }) => ok({ watermark: await hasWatermark(userOf(request).id) })),

    route(putSettings, async ({ request, body: { watermark } }) => {
      const rejection = await setWatermark(userOf(request).id, watermark, causeOf(request));
      return rejection === undefined ? ok({ watermark }) : refusal(rejection);
    }),
  );
