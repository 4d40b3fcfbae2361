import { brickLinkColours } from './bricklink-colours.ts';
import { normaliseColourName } from './colour-names.ts';
import { colourCandidates, type CatalogueExtract, type CheckedLot } from './catalogue.ts';
import {
  isDisputed,
  type ColourScheme,
  type DisputedScheme,
  type SchemeDecision,
  type SchemeReason,
} from './colour-scheme.ts';

/** For each scheme, how many lots speak for it and not for the other one. */
export type Votes = { readonly [Scheme in DisputedScheme]: number };

/** The evidence for either scheme, over all lots of a file that name a colour. */
export type SchemeEvidence = {
  readonly lots: number;
  /** The colour's name in the file is the name of its id. */
  readonly names: Votes;
  /** The part exists in that colour. */
  readonly partColours: Votes;
  /** The id exists. */
  readonly ids: Votes;
  /** Lots whose colour id does not exist. */
  readonly unknownColours: Votes;
};

const noVotes: Votes = { rebrickable: 0, bricklink: 0 };

export const noEvidence: SchemeEvidence = {
  lots: 0,
  names: noVotes,
  partColours: noVotes,
  ids: noVotes,
  unknownColours: noVotes,
};

const rebrickableIds: ReadonlySet<number> = new Set([...brickLinkColours.values()].flat());
const BRICKLINK_ID_MAX = Math.max(...brickLinkColours.keys());

const idExists = (scheme: DisputedScheme, id: number, { colours }: CatalogueExtract): boolean =>
  scheme === 'bricklink' ? brickLinkColours.has(id) : rebrickableIds.has(id) || colours.has(id);

const countVote = (votes: Votes, rebrickable: boolean, bricklink: boolean, weight = 1): Votes => {
  if (rebrickable === bricklink) return votes;
  const scheme = rebrickable ? 'rebrickable' : 'bricklink';
  return { ...votes, [scheme]: votes[scheme] + weight };
};

const add = (some: Votes, other: Votes): Votes => ({
  rebrickable: some.rebrickable + other.rebrickable,
  bricklink: some.bricklink + other.bricklink,
});

/** A mistyped id is rarely one of Rebrickable's four-digit ids, so those weigh as much as three lots. */
const LARGE_ID_WEIGHT = 3;

const addLot = (evidence: SchemeEvidence, lot: CheckedLot, extract: CatalogueExtract): SchemeEvidence => {
  const id = Number(lot.colour ?? NaN);
  // A colour that the file only names is the same colour in both schemes.
  if (Number.isNaN(id) || lot.itemType !== 'P') return evidence;
  const name = lot.colourName === null ? '' : normaliseColourName(lot.colourName);
  const partColours = lot.part === null ? undefined : extract.partColours.get(lot.part);
  const candidates = {
    rebrickable: colourCandidates('rebrickable', lot.colour),
    bricklink: colourCandidates('bricklink', lot.colour),
  };
  const hasName = (scheme: DisputedScheme): boolean =>
    name !== '' &&
    candidates[scheme].some((candidate) => normaliseColourName(extract.colours.get(candidate) ?? '') === name);
  const partExists = (scheme: DisputedScheme): boolean =>
    candidates[scheme].some((candidate) => partColours?.has(candidate) === true);
  const exists = (scheme: DisputedScheme): boolean => idExists(scheme, id, extract);
  const weight = id > BRICKLINK_ID_MAX ? LARGE_ID_WEIGHT : 1;
  return {
    lots: evidence.lots + 1,
    names: countVote(evidence.names, hasName('rebrickable'), hasName('bricklink')),
    partColours: countVote(evidence.partColours, partExists('rebrickable'), partExists('bricklink')),
    ids: countVote(evidence.ids, exists('rebrickable'), exists('bricklink'), weight),
    unknownColours: add(evidence.unknownColours, {
      rebrickable: exists('rebrickable') ? 0 : 1,
      bricklink: exists('bricklink') ? 0 : 1,
    }),
  };
};

/** Adds what the next lots of the file say. */
export const addEvidence = (
  evidence: SchemeEvidence,
  lots: readonly CheckedLot[],
  extract: CatalogueExtract,
): SchemeEvidence => lots.reduce((sum, lot) => addLot(sum, lot, extract), evidence);

/** Beyond this share of the lots one scheme is certain, or a contradiction is worth a question. */
const CERTAIN = 0.5;
const DOUBTFUL = 0.25;

/** Fewer contradicting lots than this are typing errors. */
const CONTRADICTIONS_MIN = 3;

const otherThan = (scheme: DisputedScheme): DisputedScheme => (scheme === 'bricklink' ? 'rebrickable' : 'bricklink');
const leaderOf = (votes: Votes): DisputedScheme => (votes.bricklink > votes.rebrickable ? 'bricklink' : 'rebrickable');

/** Colour names are what people read in the file, so where most of them fit one scheme only, it is that one. */
const byNames = ({ names, lots }: SchemeEvidence): SchemeDecision | undefined => {
  const scheme = leaderOf(names);
  const certain = names[scheme] > lots * CERTAIN && names[otherThan(scheme)] <= lots * (1 - CERTAIN) * DOUBTFUL;
  return certain ? { scheme, reason: 'names' } : undefined;
};

const reasonFor = (scheme: DisputedScheme, { partColours, ids }: SchemeEvidence): SchemeReason =>
  partColours[scheme] >= ids[scheme] ? 'part-colours' : 'ids';

/** The scheme that the lots speak for when nothing else tells; `undefined` when they do not. */
const byLots = (evidence: SchemeEvidence, votes: Votes): SchemeDecision | undefined => {
  if (evidence.lots === 0) return { scheme: 'rebrickable', reason: 'format' };
  const scheme = leaderOf(votes);
  const clear = votes[scheme] > 0 && votes[scheme] >= CONTRADICTIONS_MIN * votes[otherThan(scheme)];
  return clear ? { scheme, reason: reasonFor(scheme, evidence) } : undefined;
};

/** The expected scheme, unless enough lots contradict it. */
const unlessContradicted = (
  evidence: SchemeEvidence,
  votes: Votes,
  expected: DisputedScheme,
): SchemeDecision | undefined => {
  const other = otherThan(expected);
  const against = Math.max(evidence.names[other], votes[other]);
  const doubtful = against >= CONTRADICTIONS_MIN && against > votes[expected] && against >= evidence.lots * DOUBTFUL;
  if (!doubtful) return { scheme: expected, reason: 'format' };
  const certain = votes[other] > evidence.lots * CERTAIN && votes[expected] === 0;
  return certain ? { scheme: other, reason: reasonFor(other, evidence) } : undefined;
};

/**
 * Whose colour ids they are, and why; `undefined` when two readings stay possible. `expected` is the scheme that the
 * format or the header implies, or `undefined`: it holds unless enough lots contradict it.
 */
export const decideColourScheme = (
  evidence: SchemeEvidence,
  expected: ColourScheme | undefined,
): SchemeDecision | undefined => {
  if (expected !== undefined && !isDisputed(expected)) return { scheme: expected, reason: 'format' };
  const decision = byNames(evidence);
  if (decision !== undefined) return decision;
  const votes = add(evidence.partColours, evidence.ids);
  return expected === undefined ? byLots(evidence, votes) : unlessContradicted(evidence, votes, expected);
};
