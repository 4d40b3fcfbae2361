import type { Cause } from '@lego-moc/application/event-streams';
import type { SubstitutionFacts } from '../../domain/buildability/choices.ts';

/** The substitutes of one release of the parts catalogue. */
export type FactsOfRelease = { readonly release: string; readonly facts: SubstitutionFacts };

/**
 * What the catalogue knows of substitutes: from its newest release, or one that was it a minute ago. A caller who has seen
 * another release meanwhile names it, and has the newest one from then on.
 */
export interface CatalogueFacts {
  current(cause: Cause, seenRelease?: string): Promise<FactsOfRelease>;
}
