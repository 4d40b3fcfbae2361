import type { ShownEvent } from '@lego-moc/operations/contracts/events';
import { useState } from 'preact/hooks';
import { revealValue } from '../api/streams.ts';
import { ConfirmDialog, type Confirmation } from '../parts/confirm.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { useMayReveal } from '../parts/session-context.ts';

/** Of a whole value: keys, and what was cut off, cannot be asked for. */
const REVEALABLE = /^masked (?:string|number|boolean)$/;

type Props = { readonly service: string; readonly event: ShownEvent };

/** What an event says. A masked value is shown after a reason is on record, until the page leaves the event. */
export const EventData = ({ service, event: { stream, revision, data } }: Props) => {
  const mayReveal = useMayReveal();
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({});
  const [confirmation, setConfirmation] = useState<Confirmation>();

  const ask = (field: string): void =>
    setConfirmation({
      ...{ action: 'Reveal', count: '1 value', target: `${field} in ${revision}@${stream}` },
      consequence: 'The value is shown to you. That you asked for it, and why, is on record for good.',
      run: async (intent) => {
        const value = await revealValue({ service, stream, revision, field }, intent);
        setValues((before) => ({ ...before, [field]: value }));
      },
    });
  const viewMask = (field: string, text: string) => {
    if (Object.hasOwn(values, field)) return <mark class="json-leaf">{JSON.stringify(values[field])}</mark>;
    if (!mayReveal || !REVEALABLE.test(text)) return <span class="json-masked">{text}</span>;
    return (
      <span class="json-masked">
        {text}{' '}
        <button type="button" aria-label={`Reveal ${field} …`} onClick={() => ask(field)}>
          Reveal …
        </button>
      </span>
    );
  };
  return (
    <>
      <JsonView value={data} viewMask={viewMask} />
      {confirmation === undefined ? null : (
        <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(undefined)} />
      )}
    </>
  );
};
