import { formatCount, formatInstant } from '../model/format.ts';
import type { Subscription } from '../model/listing.ts';

/** The generations of a read model: the one that readers see, and the one that a roll-back goes back to. */
export const Generations = ({ readModel }: Pick<Subscription, 'readModel'>) => {
  if (readModel === undefined) return null;
  const { generation, builtAt, rows, former } = readModel;
  if (generation === null || rows === null) return <p class="faint">The store of the read model could not be asked.</p>;
  return (
    <ol class="plain" aria-label="Generations">
      <li>
        Generation {generation}, built {formatInstant(builtAt ?? '')}: {formatCount(rows)} rows, which readers see
      </li>
      <li>
        {former === undefined
          ? 'No former one is kept; rows in OpenSearch keep one until their next rebuild'
          : `Generation ${String(former.generation)}, built ${formatInstant(former.builtAt)}: kept for a roll-back`}
      </li>
    </ol>
  );
};
