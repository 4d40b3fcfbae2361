import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Source } from '../inventory-item-events.ts';
import type { BuildId, BuildRole } from './build-events.ts';
import type { Ledger } from './ledger.ts';

export type Invitation = { readonly invitationId: string; readonly role: BuildRole };
export type Member = { readonly member: UserId; readonly role: BuildRole };

export type OpenBuild = {
  readonly status: 'open';
  readonly buildId: BuildId;
  readonly owner: UserId;
  readonly title: string;
  readonly source: Source | null;
  readonly begunAt: Instant;
  readonly changedAt: Instant;
  readonly ledger: Ledger;
  /** Invitations that nobody has used yet. */
  readonly invitations: readonly Invitation[];
  readonly members: readonly Member[];
};

export type Build = { readonly status: 'absent' } | { readonly status: 'erased' } | OpenBuild;
