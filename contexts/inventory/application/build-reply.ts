import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { BuildReply, OperationsEvent } from '../contracts/builds-api.ts';
import type { OpenBuild } from '../domain/builds/build.ts';
import type { BuildEvent } from '../domain/builds/build-events.ts';
import { balancesOf, isContradictory } from '../domain/builds/ledger.ts';
import { pieceOf } from '../domain/lots.ts';

/** A build as its readers see it, without its lots and operations. */
export const toBuildReply = ({ ledger, ...build }: OpenBuild): BuildReply => {
  const { buildId, title, source, begunAt, changedAt } = build;
  const balances = [...balancesOf(ledger)].map(([, balance]) => balance);
  const sum = (account: 'reserved' | 'placed' | 'damaged' | 'lost') =>
    balances.reduce((total, balance) => total + balance[account], 0);
  return {
    ...{ buildId, title, source, operations: ledger.entries.size, lots: balances.length },
    ...{ reserved: sum('reserved'), placed: sum('placed'), damaged: sum('damaged'), lost: sum('lost') },
    contradictions: balances.filter(isContradictory).length,
    ...{ begunAt, changedAt },
  };
};

/** Operations as they became known; `undefined` for any other event. */
export const toOperationsEvent = ({ event, revision }: RecordedEvent<BuildEvent>): OperationsEvent | undefined => {
  if (event.type !== 'OperationsRecorded') return undefined;
  const { by, at, operations } = event.data;
  return {
    ...{ revision: String(revision), by, at },
    operations: operations.map((operation) =>
      'undoes' in operation
        ? operation
        : { ...operation, lots: operation.lots.map(({ lot, quantity }) => ({ ...pieceOf(lot), quantity })) },
    ),
  };
};
