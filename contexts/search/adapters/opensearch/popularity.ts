import { readAlias, type Place } from '@lego-moc/read-models/opensearch/generations';
import { tierId } from '../../application/popularity-model.ts';
import { TIER_MAX } from '../../domain/popularity.ts';
import { openSearchProjections } from './indexes.ts';
import type { Clause } from './matching.ts';

const TIERS = Array.from({ length: TIER_MAX }, (_, index) => index + 1);

/** The same documents, each scored by its tier of popularity, whose ids OpenSearch looks up by itself. */
export const byPopularity = (place: Place, match: Clause): Clause => {
  const index = readAlias(place, openSearchProjections.popularity.name);
  const should = TIERS.map((tier) => ({
    constant_score: { filter: { terms: { id: { index, id: tierId(tier), path: 'moc_ids' } } }, boost: tier },
  }));
  return { bool: { filter: [match], should } };
};
