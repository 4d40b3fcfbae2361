import type { BuildAnswer } from '../../application/check-mocs.ts';
import { lotOfId } from '../../application/needed-lists.ts';
import type { BuildabilityReply, BuildabilityRequest } from '../../contracts/buildability-api.ts';
import type { LotResult, Source } from '../../domain/buildability/buildability.ts';
import { itemOfKey } from '../../domain/buildability/item-key.ts';
import type { OtherChoice } from '../../domain/buildability/other-choices.ts';
import type { Difference } from '../../domain/buildability/tolerance.ts';

type LotReply = BuildabilityReply['mocs'][number]['lots'][number];

const toDifference = ({ path, colour }: Difference) => ({
  path: path.map(({ relation, part }) => ({ relation, number: itemOfKey(part).number })),
  colourDifference: colour,
});

const toSource = ({
  part,
  stockColour,
  quantity,
  places,
  risk,
  ...difference
}: Source): LotReply['sources'][number] => ({
  ...{ ...itemOfKey(part), colour: stockColour, quantity, places: [...places], risk },
  ...toDifference(difference),
});

const toOther = (choice: OtherChoice): LotReply['others'][number] => {
  const { part, stockColour, quantity, reason, usedBy, ...difference } = choice;
  const users = usedBy.map((lotId) => {
    const { mocId, piece } = lotOfId(lotId);
    return { mocId, ...piece };
  });
  return {
    ...{ ...itemOfKey(part), colour: stockColour, quantity, reason, usedBy: users },
    ...toDifference(difference),
  };
};

const toLot = ({ lot, available, sources, others, othersLeftOut }: LotResult): LotReply => ({
  ...{ ...itemOfKey(lot.part), colour: lot.colour, needed: lot.quantity, available, hidden: lot.hidden },
  ...{ sources: sources.map(toSource), others: others.map(toOther), othersLeftOut },
});

const isShown = ({ lot, available }: LotResult, show: BuildabilityRequest['show']): boolean =>
  show === 'all' || (show === 'missing' && available < lot.quantity);

/** An answer as its reader gets it. */
export const buildabilityReplyOf = (
  { release, inventoryRevision, progress, results }: BuildAnswer,
  show: BuildabilityRequest['show'],
): BuildabilityReply => ({
  ...{ catalogueRelease: release, inventoryRevision, progress },
  mocs: results.map(({ moc: { mocId, title, revision, uncountedLists }, result }) => ({
    ...{ mocId, title, revision, uncountedLists, progress: result.progress },
    lots: result.lots.filter((lot) => isShown(lot, show)).map(toLot),
  })),
});
