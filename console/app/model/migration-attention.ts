import type { Migration } from '../api/migrations.ts';
import type { Attention } from './attention.ts';
import { plural } from './format.ts';

/** Longer than writes of users may wait: the transition will be abandoned, or its worker is away. */
const TRANSITION_SECONDS_MAX = 60;

/** What needs a person about migrations: transitions that do not end, and findings of a backfill. */
export const migrationAttention = (
  { capability, transition, held, backfill, state }: Migration,
  nowMs: number,
): readonly Attention[] => {
  const common = { service: 'migration', target: capability, link: `/migration?capability=${capability}` } as const;
  const seconds = transition === null ? 0 : (nowMs - Date.parse(transition.begunAt)) / 1_000;
  return [
    ...(seconds > TRANSITION_SECONDS_MAX
      ? [{ ...common, severity: 'critical', kind: 'gate', size: seconds, text: 'A transition does not end' } as const]
      : []),
    ...(held
      ? [{ ...common, severity: 'notice', kind: 'gate', size: 0, text: 'Held: nothing advances' } as const]
      : []),
    ...(state === 'capture' && backfill.total === null
      ? [{ ...common, severity: 'serious', kind: 'gate', size: 0, text: 'The monolith cannot be asked' } as const]
      : []),
    ...(backfill.findings > 0
      ? [
          {
            ...common,
            severity: 'notice',
            kind: 'gate',
            size: backfill.findings,
            text: `${plural(backfill.findings, 'row')} that no request would be allowed`,
          } as const,
        ]
      : []),
  ];
};
