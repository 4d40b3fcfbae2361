import { percentagesReply } from '@lego-moc/inventory/contracts/buildability-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { PercentagesFor } from '../../application/ports/buildable-percentages.ts';

/** All checks of one page together: whoever searches does not wait longer for a filter. */
const ANSWERS_WITHIN_MS = 3_000;

/** Asks inventory on behalf of the user; `onFailure` hears why there was no answer. */
export const buildablePercentages =
  (
    inventory: Pick<ServiceClient, 'call'>,
    onFailure: (error: unknown) => void,
    withinMs = ANSWERS_WITHIN_MS,
  ): PercentagesFor =>
  (by, { correlationId, causedBy }) => {
    const signal = AbortSignal.timeout(withinMs);
    const context = { correlationId, causedBy, user: { id: by, roles: [] } };
    const ask = async (mocIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      const path = `/v1/buildable-percentages?mocs=${mocIds.join(',')}`;
      const { status, body } = await inventory.call({ method: 'GET', path, context, signal });
      if (status !== 200) throw new Error(`inventory answered GET /v1/buildable-percentages with ${String(status)}`);
      return new Map(percentagesReply.parse(body).mocs.map(({ mocId, pieces }) => [mocId, pieces]));
    };
    return async (mocIds) => {
      if (mocIds.length === 0) return new Map<string, number>();
      try {
        return await ask(mocIds);
      } catch (error) {
        onFailure(error);
        return undefined;
      }
    };
  };
