/** The system whose colour ids a file uses. The same number names different colours in each. */
export type ColourScheme = DisputedScheme | 'brickowl' | 'ldraw' | 'lego';

/** The schemes that files of the same format use: which one it is shows only in the content. */
export type DisputedScheme = 'rebrickable' | 'bricklink';

export const DISPUTED_SCHEMES: readonly DisputedScheme[] = ['rebrickable', 'bricklink'];

/** Whether the content shows which scheme it is. */
export const isDisputed = (scheme: ColourScheme): scheme is DisputedScheme =>
  scheme === 'rebrickable' || scheme === 'bricklink';

/** The deciding evidence: the format itself, one kind of evidence in the content, a person, or what a person decided about an earlier file of the kind. */
export type SchemeReason = 'format' | 'names' | 'part-colours' | 'ids' | 'user' | 'remembered';
export type SchemeDecision = { readonly scheme: ColourScheme; readonly reason: SchemeReason };
