/** Whether moderators agreed with the flags of somebody, by the item that was flagged. */
export type JudgedFlags = Readonly<Record<string, boolean>>;

/** Flags in a day; nobody who only reads finds more. */
export const FLAGS_A_DAY = 20;
/** Of those whom moderators seldom agreed with. */
export const UNRELIABLE_FLAGS_A_DAY = 2;
/** Before so many flags were judged, nothing is known of a flagger. */
const JUDGED_MIN = 5;
const RELIABLE_SHARE = 0.8;
const UNRELIABLE_SHARE = 0.2;

const upheldShare = (judgedFlags: JudgedFlags): number | undefined => {
  const all = Object.values(judgedFlags);
  return all.length < JUDGED_MIN ? undefined : all.filter((upheld) => upheld).length / all.length;
};

/** Whether a flag alone hides an item: moderators nearly always agreed with whoever places it. */
export const isReliable = (judgedFlags: JudgedFlags): boolean => (upheldShare(judgedFlags) ?? 0) >= RELIABLE_SHARE;

/** How many flags somebody may place in a day. */
export const flagsADay = (judgedFlags: JudgedFlags): number =>
  (upheldShare(judgedFlags) ?? 1) <= UNRELIABLE_SHARE ? UNRELIABLE_FLAGS_A_DAY : FLAGS_A_DAY;
