import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { DisputedScheme } from './colour-scheme.ts';
import { isSameMapping, type ColumnMapping } from './column-mapping.ts';

/** What a user decided about files of one kind. */
export type KindDecision = {
  readonly columns?: ColumnMapping | undefined;
  readonly colourScheme?: DisputedScheme | undefined;
};

export type RememberFileKind = Message<
  'RememberFileKind',
  { owner: UserId; kind: string; decision: KindDecision; at: Instant }
>;
export type ForgetFileKinds = Message<'ForgetFileKinds', { owner: UserId; at: Instant }>;
export type ForgetFileKind = Message<'ForgetFileKind', { owner: UserId; kind: string; at: Instant }>;
export type FileKindsCommand = RememberFileKind | ForgetFileKind | ForgetFileKinds;

export type FileKindsRejection = 'file-kind-not-found';

/** A decision about a file was kept for the next file of its kind. */
export type FileKindRemembered = Message<
  'FileKindRemembered',
  { owner: UserId; kind: string; decision: KindDecision; rememberedAt: Instant }
>;

/** The user's account was erased, and the decisions with it. */
export type FileKindsForgotten = Message<'FileKindsForgotten', { owner: UserId; forgottenAt: Instant }>;

/** The user no longer wants a decision to hold for the next file of its kind. */
export type FileKindForgotten = Message<'FileKindForgotten', { owner: UserId; kind: string; forgottenAt: Instant }>;
export type FileKindsEvent = FileKindRemembered | FileKindForgotten | FileKindsForgotten;

/** The decisions of a user by kind, the latest last. */
export type FileKinds = { readonly decisions: ReadonlyMap<string, KindDecision>; readonly isForgotten: boolean };

/** More kinds of files than anybody has; the one that was decided longest ago makes room. */
export const KINDS_MAX = 200;

type FileKindsDecision = Decision<FileKindsEvent, FileKindsRejection>;

const isSame = (some: KindDecision | undefined, { columns, colourScheme }: KindDecision): boolean =>
  some !== undefined && some.colourScheme === colourScheme && isSameMapping(some.columns, columns);

/** A decision about colours leaves an earlier one about columns as it is, and the other way round. */
const merge = (earlier: KindDecision = {}, decision: KindDecision): KindDecision => {
  const { columns = earlier.columns, colourScheme = earlier.colourScheme } = decision;
  return { ...(columns === undefined ? {} : { columns }), ...(colourScheme === undefined ? {} : { colourScheme }) };
};

const forgetOne = ({ data }: ForgetFileKind, { decisions }: FileKinds): FileKindsDecision => {
  const { owner, kind, at: forgottenAt } = data;
  if (!decisions.has(kind)) return reject('file-kind-not-found', 'No decision is remembered for this kind of file.');
  return [{ type: 'FileKindForgotten', data: { owner, kind, forgottenAt } }];
};

const decide = (command: FileKindsCommand, kinds: FileKinds): FileKindsDecision => {
  if (command.type === 'ForgetFileKind') return forgetOne(command, kinds);
  if (kinds.isForgotten) return [];
  switch (command.type) {
    case 'RememberFileKind': {
      const { at: rememberedAt, owner, kind } = command.data;
      const earlier = kinds.decisions.get(kind);
      const decision = merge(earlier, command.data.decision);
      if (isSame(earlier, decision)) return [];
      return [{ type: 'FileKindRemembered', data: { owner, kind, decision, rememberedAt } }];
    }
    case 'ForgetFileKinds':
      return [{ type: 'FileKindsForgotten', data: { owner: command.data.owner, forgottenAt: command.data.at } }];
    default:
      return unreachable(command);
  }
};

const evolve = (kinds: FileKinds, event: FileKindsEvent): FileKinds => {
  if (event.type === 'FileKindsForgotten') return { decisions: new Map(), isForgotten: true };
  const { kind } = event.data;
  const others = [...kinds.decisions].filter(([other]) => other !== kind).slice(1 - KINDS_MAX);
  if (event.type === 'FileKindForgotten') return { ...kinds, decisions: new Map(others) };
  const { decision } = event.data;
  return { ...kinds, decisions: new Map([...others, [kind, decision]]) };
};

/** What a user decided about the columns and colours of files, for the next file of the same kind. */
export const fileKindsDecider: Decider<FileKindsCommand, FileKinds, FileKindsEvent, FileKindsRejection> = {
  initial: { decisions: new Map(), isForgotten: false },
  decide,
  evolve,
};
