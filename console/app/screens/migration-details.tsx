import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { changeMigration, type Migration, type MigrationAction } from '../api/migrations.ts';
import { formatCount, formatInstant, plural } from '../model/format.ts';
import { ConfirmDialog, type Confirmation } from '../parts/confirm.tsx';
import { linkTo } from '../parts/links.ts';
import { useMayAct } from '../parts/session-context.ts';
import { MigrationComparison } from './migration-comparison.tsx';
import { MigrationEvidenceSection } from './migration-evidence.tsx';

const STATES = ['off', 'capture', 'shadow', 'canary', 'live', 'rampdown', 'complete'] as const;

const ON_PLATFORM: readonly Migration['state'][] = ['live', 'rampdown', 'complete'];

/** The percentage of users that the platform writes for. */
export const weightOf = ({ state, percent }: Migration): number => {
  if (state === 'canary') return percent;
  return ON_PLATFORM.includes(state) ? 100 : 0;
};

const Stages = ({ state }: Pick<Migration, 'state'>) => (
  <ol class="stages" aria-label="Stages">
    {STATES.map((name) => (
      <li key={name} aria-current={name === state ? 'step' : undefined}>
        {name}
      </li>
    ))}
  </ol>
);

const Facts = ({ migration }: { readonly migration: Migration }) => {
  const { epoch, held, transition, allow, deny, backfill } = migration;
  const total =
    backfill.total === null ? 'an unknown number: the monolith cannot be asked' : formatCount(backfill.total);
  return (
    <dl>
      <dt>Users on the platform</dt>
      <dd>
        {weightOf(migration)} % <progress max={100} value={weightOf(migration)} aria-label="Users on the platform" />
      </dd>
      <dt>Under way</dt>
      <dd>
        {transition === null
          ? 'nothing'
          : `${transition.kind} to ${transition.state} (${String(transition.percent)} %) since ${formatInstant(transition.begunAt)}`}
      </dd>
      <dt>Held</dt>
      <dd>{held ? 'yes: nothing advances until it is released' : 'no'}</dd>
      <dt>Copied</dt>
      <dd>
        {formatCount(backfill.rows)} rows of {total}
        {backfill.completed ? ', complete' : ''}; {plural(backfill.findings, 'finding')}
      </dd>
      <dt>Exceptions</dt>
      <dd>
        {plural(allow.length, 'user')} first, {plural(deny.length, 'user')} last
      </dd>
      <dt>Epoch</dt>
      <dd>{epoch}</dd>
    </dl>
  );
};

const CONSEQUENCES: Readonly<Record<MigrationAction, string>> = {
  advance:
    'Goes to the next stage. Where users move, all rows are compared first; a difference refuses it, and so does a gate that fails or cannot tell yet.',
  rollback: 'Goes back in one call: what the platform wrote is at the monolith before it answers for its users again.',
  hold: 'Nothing advances until it is released. A roll-back stays possible.',
  release: 'It may advance again.',
};

const VERBS: Readonly<Record<MigrationAction, string>> = {
  ...{ advance: 'Advance', rollback: 'Roll back', hold: 'Hold', release: 'Release' },
};

/** A migration in full, with what can be done about it. */
export const MigrationDetails = ({ migration }: { readonly migration: Migration }) => {
  const { capability, held } = migration;
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const ask = (action: MigrationAction): void =>
    setConfirmation({
      ...{ action: VERBS[action], count: '1 capability', target: `${capability}, now ${migration.state}` },
      consequence: CONSEQUENCES[action],
      isDangerous: action === 'advance' || action === 'rollback',
      run: async (intent) => {
        await changeMigration(capability, action, intent);
        await queries.invalidateQueries({ queryKey: ['migrations'] });
      },
    });
  return (
    <section class="details" aria-label={`Migration of ${capability}`}>
      <h2>
        {capability} <span class="badge notice">{migration.state}</span>
      </h2>
      <Stages state={migration.state} />
      <Facts migration={migration} />
      <p>
        <Link href={linkTo('streams', { service: 'migration', stream: `migration-${capability}` })}>
          Who changed what, why, and what each gate said
        </Link>
      </p>
      <div class="buttons">
        {(['advance', 'rollback', held ? 'release' : 'hold'] as const).map((action) => (
          <button
            key={action}
            type="button"
            class={action === 'advance' || action === 'rollback' ? 'danger' : undefined}
            disabled={!mayAct}
            onClick={() => ask(action)}
          >
            {VERBS[action]} …
          </button>
        ))}
      </div>
      {mayAct ? null : <p class="faint">Changes need the role operator:act.</p>}
      <MigrationComparison capability={capability} />
      <MigrationEvidenceSection capability={capability} />
      {confirmation === undefined ? null : (
        <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(undefined)} />
      )}
    </section>
  );
};
