import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { BulkAction, Selection } from '@lego-moc/operations/contracts/dead-letters';
import { executeAction, previewAction, type GroupPlace, type Preview, type ReplayProgress } from '../api/parked.ts';
import { plural } from '../model/format.ts';
import type { Confirmation } from '../parts/confirm.tsx';

export type Ask = (action: BulkAction, selection: Selection) => void;

type Outcome = { readonly text: string; readonly isBad: boolean };

const VERBS = { replay: 'Replay', discard: 'Discard', restore: 'Restore' } as const;

const CONSEQUENCES = {
  replay: 'The subscription handles them again, one after the other. What fails again is parked again.',
  discard: 'They are hidden and never handled. For thirty days a restoration undoes that.',
  restore: 'They wait among the parked messages again.',
} as const;

const replayOutcome = ({ phase, replayed = 0, failed = 0, total = 0, reason }: ReplayProgress): Outcome => {
  if (phase === 'failed') return { text: `The replay failed: ${reason ?? 'no reason given'}`, isBad: true };
  if (phase === 'replaying')
    return { text: `Replaying: ${String(replayed + failed)} of ${String(total)}`, isBad: false };
  const text = `${plural(replayed, 'message')} handled${failed === 0 ? '' : `, ${plural(failed, 'message')} failed again`}.`;
  return { text, isBad: failed > 0 };
};

const PARTICIPLES = { discard: 'discarded', restore: 'restored' } as const;

const sampleText = ({ sample }: Preview): string =>
  sample.map(({ link, event }) => `${event?.type ?? 'an event that is gone'} ${link}`).join('; ');

/** Asks what an action would concern, has it confirmed, does it, and says what came of it. */
export const useParkedActions = (place: GroupPlace, name: string) => {
  const queries = useQueryClient();
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const [outcome, setOutcome] = useState<Outcome>();
  const fail = (error: unknown): void =>
    setOutcome({ text: error instanceof Error ? error.message : String(error), isBad: true });

  const finish = async (forecast: Preview, follow: Awaited<ReturnType<typeof executeAction>>): Promise<void> => {
    if (forecast.action !== 'replay')
      setOutcome({ text: `${plural(forecast.count, 'message')} ${PARTICIPLES[forecast.action]}.`, isBad: false });
    await follow((progress) => setOutcome(replayOutcome(progress))).catch(fail);
    await queries.invalidateQueries({ queryKey: ['parked', place] });
    await queries.invalidateQueries({ queryKey: ['subscriptions', place.service] });
  };

  const ask = async (action: BulkAction, selection: Selection): Promise<void> => {
    const forecast = await previewAction(place, action, selection);
    if (forecast.count === 0) {
      setOutcome({ text: 'No message is left that this would concern.', isBad: false });
      return;
    }
    setConfirmation({
      action: VERBS[action],
      count: plural(forecast.count, 'message'),
      target: `${name} in ${place.service}`,
      consequence: `${CONSEQUENCES[action]} First: ${sampleText(forecast)}`,
      isDangerous: action === 'discard',
      run: async (intent) => {
        const follow = await executeAction(place, forecast, selection, intent);
        void finish(forecast, follow);
      },
    });
  };

  return {
    confirmation,
    outcome,
    close: () => setConfirmation(undefined),
    ask: (action: BulkAction, selection: Selection) => void ask(action, selection).catch(fail),
  };
};
