import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant } from '@lego-moc/kernel/message';
import { MIGRATION_STATES } from '../../contracts/routing.ts';
import type { MigrationEvent } from '../../domain/migration-events.ts';

const at = z.iso.datetime().transform((instant) => instant as Instant);
const act = { actor: z.string(), reason: z.string(), at };
const epoch = z.int();
const stage = z.object({ state: z.enum(MIGRATION_STATES), percent: z.int() });
const verdict = z.object({
  gate: z.string(),
  outcome: z.enum(['pass', 'fail', 'inconclusive']),
  detail: z.string(),
});

export const migrationCodec = codecFor<MigrationEvent>('migration', {
  TransitionBegun: [
    {
      schema: z.object({
        ...act,
        ...{ epoch, to: stage, kind: z.enum(['advance', 'rollback']), forced: z.boolean() },
        verdicts: z.array(verdict),
      }),
    },
  ],
  TransitionCompleted: [{ schema: z.object({ epoch, at }) }],
  TransitionAbandoned: [{ schema: z.object({ epoch, because: z.string(), at }) }],
  MigrationHeld: [{ schema: z.object({ ...act, verdicts: z.array(verdict).exactOptional() }) }],
  MigrationReleased: [{ schema: z.object(act) }],
  ExceptionsSet: [{ schema: z.object({ ...act, allow: z.array(z.string()), deny: z.array(z.string()) }) }],
  ChunkCopied: [{ schema: z.object({ table: z.string(), until: z.string(), rows: z.int(), findings: z.int() }) }],
  BackfillCompleted: [{ schema: z.object({ at }) }],
  WritesStranded: [{ schema: z.object({ epoch, rows: z.int(), at }) }],
  RowsReconciled: [{ schema: z.object({ ...act, keep: z.enum(['legacy', 'platform']), rows: z.int() }) }],
}).showing({
  // What operators and gates did and why; not whom a list of exceptions names.
  shown: [
    ...[
      'epoch',
      'to',
      'state',
      'percent',
      'kind',
      'forced',
      'actor',
      'reason',
      'verdicts',
      'gate',
      'outcome',
      'detail',
    ],
    ...['because', 'table', 'until', 'rows', 'findings', 'keep', 'at'],
  ],
});
