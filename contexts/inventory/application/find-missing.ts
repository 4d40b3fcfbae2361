import type { Cause } from '@lego-moc/application/event-streams';
import { LISTED_LOTS_MAX } from '@lego-moc/file-processing/contracts/list-api';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { missingLots } from '../domain/buildability/buildability.ts';
import { mergeMissing, type ShoppingList } from '../domain/shopping/shopping-list.ts';
import type { BuildAnswer, BuildQuestion, BuildRejection, CheckMocs } from './check-mocs.ts';

export type MissingPieces = { readonly answer: BuildAnswer; readonly list: ShoppingList };

/** Says what lacks to build some MOCs together, each piece once. */
export const findMissing =
  (check: CheckMocs) =>
  async (reader: UserId, question: BuildQuestion, cause: Cause): Promise<MissingPieces | Rejection<BuildRejection>> => {
    const answer = await check(reader, question, cause);
    if (isRejection<BuildRejection>(answer)) return answer;
    const list = mergeMissing(
      answer.results.flatMap(({ result }) => missingLots(result).map((lot) => ({ listId: result.listId, lot }))),
    );
    return list.lots.length > LISTED_LOTS_MAX
      ? reject('too-many-lots', `A shopping list has at most ${String(LISTED_LOTS_MAX)} lots.`, {
          lotsMax: LISTED_LOTS_MAX,
        })
      : { answer, list };
  };
