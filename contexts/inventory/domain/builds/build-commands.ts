import type { Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { BuildBegun, BuildEvent, BuildRole, StockFollowed } from './build-events.ts';
import type { Operation } from './operations.ts';

type By = { readonly by: UserId; readonly at: Instant };

export type BeginBuild = Message<'BeginBuild', BuildBegun['data']>;
/** Merges operations, each once, in whatever order they arrive. */
export type RecordOperations = Message<'RecordOperations', By & { operations: readonly Operation[] }>;
/** Takes the model apart: what is placed or reserved goes back to the stock, in two operations of the given ids. */
export type TakeApart = Message<'TakeApart', By & { location: string | null; removalId: string; returnId: string }>;
export type FollowOperations = Message<'FollowOperations', Pick<StockFollowed['data'], 'movements' | 'at'>>;
export type IssueInvitation = Message<'IssueInvitation', By & { invitationId: string; role: BuildRole }>;
export type JoinBuild = Message<'JoinBuild', By & { invitationId: string }>;
/** By the member or the owner. */
export type LeaveBuild = Message<'LeaveBuild', By & { member: UserId }>;
export type SharingCommand = IssueInvitation | JoinBuild | LeaveBuild;
export type EraseBuild = Message<'EraseBuild', { readonly at: Instant }>;

export type BuildCommand = BeginBuild | RecordOperations | TakeApart | FollowOperations | SharingCommand | EraseBuild;

export type BuildRejection =
  | 'build-not-found'
  | 'owner-erased'
  | 'not-a-builder'
  | 'member-not-found'
  | 'too-many-members'
  | 'operation-id-reused'
  | 'too-many-operations'
  | 'too-many-lots';

export type BuildDecision = Decision<BuildEvent, BuildRejection>;
