import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Source } from '../inventory-item-events.ts';
import type { Operation } from './operations.ts';

export type BuildId = Brand<string, 'BuildId'>;

type Subject = { readonly buildId: BuildId; readonly owner: UserId; readonly at: Instant };

/** A builder began to build something; `source` is what it is, if that is known. */
export type BuildBegun = Message<'BuildBegun', Subject & { title: string; source: Source | null }>;

/** Operations of a device became known. */
export type OperationsRecorded = Message<
  'OperationsRecorded',
  Subject & { by: UserId; operations: readonly Operation[] }
>;

/** An operation that the stock has followed; with `isMovedBack`, its undo as well. */
export type StockMovement = { readonly operationId: string; readonly isMovedBack: boolean };

/** The stock has followed some operations. */
export type StockFollowed = Message<'StockFollowed', Subject & { movements: readonly StockMovement[] }>;

export type BuildRole = 'viewer' | 'builder';

/** The owner issued a code with which one other user joins. `invitationId` follows from the code, which is not stored. */
export type BuildInvitationIssued = Message<
  'BuildInvitationIssued',
  Subject & { invitationId: string; role: BuildRole }
>;

/** A user joined a build by an invitation. */
export type BuildJoined = Message<'BuildJoined', Subject & { invitationId: string; member: UserId; role: BuildRole }>;

/** A user left a build, was removed from it by its owner, or was erased. */
export type BuildLeft = Message<'BuildLeft', Subject & { member: UserId }>;

/** The account of the owner was erased. The build takes no command from then on. */
export type BuildErased = Message<'BuildErased', { readonly at: Instant }>;

export type BuildEvent =
  BuildBegun | OperationsRecorded | StockFollowed | BuildInvitationIssued | BuildJoined | BuildLeft | BuildErased;
