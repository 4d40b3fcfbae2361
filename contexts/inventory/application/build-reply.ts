import type { UserId } from '@lego-moc/kernel/message';
import { roleOf } from '../domain/builds/build-sharing.ts';
import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { BuildReply, OperationsEvent } from '../contracts/builds-api.ts';
import type { OpenBuild } from '../domain/builds/open-build.ts';
import type { BuildEvent } from '../domain/builds/build-events.ts';
import { balancesOf, isContradictory } from '../domain/builds/ledger.ts';
import type { BuildLot } from '../domain/builds/operations.ts';
import { pieceOf } from '../domain/lots.ts';
import { sectionNameOf } from '../domain/section-keys.ts';

/** A build as its readers see it, without its lots and operations. */
export const toBuildReply = (build: OpenBuild, reader: UserId): BuildReply => {
  const { ledger, members, buildId, title, source, begunAt, changedAt } = build;
  const balances = [...balancesOf(ledger)].map(([, balance]) => balance);
  const sum = (account: 'reserved' | 'placed' | 'damaged' | 'lost') =>
    balances.reduce((total, balance) => total + balance[account], 0);
  return {
    ...{ buildId, title, source, operations: ledger.entries.size, lots: balances.length },
    ...{ reserved: sum('reserved'), placed: sum('placed'), damaged: sum('damaged'), lost: sum('lost') },
    contradictions: balances.filter(isContradictory).length,
    awaitingStock: ledger.due.length,
    role: roleOf(build, reader) ?? 'viewer',
    members: members.map(({ member: memberId, role }) => ({ memberId, role })),
    ...{ begunAt, changedAt },
  };
};

const toLotReply = ({ lot, quantity, section }: BuildLot) => ({
  ...{ ...pieceOf(lot), quantity },
  ...(section !== undefined && { section: sectionNameOf(section) }),
});

/** Operations as they became known; `undefined` for any other event. */
export const toOperationsEvent = (
  { event, revision }: RecordedEvent<BuildEvent>,
  build: OpenBuild,
): OperationsEvent | undefined => {
  if (event.type !== 'OperationsRecorded') return undefined;
  const { by, at, operations } = event.data;
  return {
    ...{ revision: String(revision), by: roleOf(build, by) === undefined ? null : by, at },
    operations: operations.map((operation) =>
      'undoes' in operation ? operation : { ...operation, lots: operation.lots.map(toLotReply) },
    ),
  };
};
