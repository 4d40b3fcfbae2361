import type { DeadLetterView } from '@lego-moc/operations/contracts/dead-letters';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useParkedMessages, type GroupPlace } from '../api/parked.ts';
import { formatInstant, plural } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import type { Ask } from './parked-actions.ts';
import { ParkedMessage } from './parked-message.tsx';

type Props = {
  readonly place: GroupPlace;
  /** The key of a group, or all. */
  readonly kind: string;
  readonly isDiscarded: boolean;
  readonly ask: Ask | undefined;
};

type Choice = { readonly ids: ReadonlySet<string>; readonly toggle: (id: string) => void };

const columns = (
  { ids, toggle }: Choice,
  linkHere: ReturnType<typeof useLinkHere>,
): readonly ViewColumn<DeadLetterView>[] => [
  {
    key: 'chosen',
    title: 'Chosen',
    value: ({ id }) => ids.has(id),
    view: ({ id, number }) => (
      <input type="checkbox" aria-label={`Message ${number}`} checked={ids.has(id)} onChange={() => toggle(id)} />
    ),
  },
  { key: 'number', title: 'Number', isNumber: true, value: ({ number }) => Number(number) },
  {
    key: 'event',
    title: 'Event',
    value: ({ event }) => event?.type ?? 'gone',
    view: ({ id, event }) => <Link href={linkHere({ message: id })}>{event?.type ?? 'an event that is gone'}</Link>,
  },
  { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
  { key: 'attempts', title: 'Attempts', isNumber: true, value: ({ attempts }) => attempts },
  {
    key: 'back',
    title: 'Came back',
    value: ({ cameBack }) => (cameBack ? 'came back' : null),
    view: ({ cameBack }) => (cameBack ? <span class="badge serious">came back</span> : ''),
  },
  {
    key: 'parked',
    title: 'Parked',
    value: ({ parkedAt }) => parkedAt,
    view: ({ parkedAt }) => formatInstant(parkedAt ?? ''),
  },
  { key: 'link', title: 'Link', value: ({ link }) => link },
];

const useChoice = (): Choice => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return { ids, toggle: (id) => setIds((before) => before.symmetricDifference(new Set([id]))) };
};

type ButtonsProps = Pick<Props, 'ask' | 'isDiscarded'> & { readonly ids: readonly string[] };

const ChoiceButtons = ({ ask, isDiscarded, ids }: ButtonsProps) => {
  const isOff = ask === undefined || ids.length === 0;
  const noun = ids.length === 0 ? 'chosen' : plural(ids.length, 'message');
  return (
    <div class="buttons above">
      {isDiscarded ? (
        <button type="button" disabled={isOff} onClick={() => ask?.('restore', { ids: [...ids] })}>
          Restore {noun} …
        </button>
      ) : (
        <>
          <button type="button" disabled={isOff} onClick={() => ask?.('replay', { ids: [...ids] })}>
            Replay {noun} …
          </button>
          <button type="button" class="danger" disabled={isOff} onClick={() => ask?.('discard', { ids: [...ids] })}>
            Discard {noun} …
          </button>
        </>
      )}
    </div>
  );
};

type ListProps = Pick<Props, 'ask' | 'isDiscarded'> & {
  readonly messages: readonly DeadLetterView[];
  readonly total: number;
};

const MessageList = ({ messages, total, ask, isDiscarded }: ListProps) => {
  const [id] = useParam('message');
  const linkHere = useLinkHere('parked');
  const choice = useChoice();
  const selection = messages.find((message) => message.id === id);
  const ids = messages.filter((message) => choice.ids.has(message.id)).map((message) => message.id);
  return (
    <>
      {selection === undefined ? null : <ParkedMessage message={selection} ask={isDiscarded ? undefined : ask} />}
      <ChoiceButtons ask={ask} isDiscarded={isDiscarded} ids={ids} />
      {total > messages.length ? (
        <p class="badge serious">
          The oldest {plural(messages.length, 'message')} of {String(total)}
        </p>
      ) : null}
      <DataTable
        name={isDiscarded ? 'Discarded messages' : 'Parked messages'}
        columns={columns(choice, linkHere)}
        rows={messages}
        keyOf={(message) => message.id}
        whenEmpty={isDiscarded ? 'No message was discarded here.' : 'No message waits here.'}
      />
    </>
  );
};

/** Parked messages one by one, the oldest first. */
export const ParkedMessages = ({ place, kind, isDiscarded, ask }: Props) => {
  const { data, error, refetch } = useParkedMessages(place, { key: kind, isDiscarded });
  return (
    <>
      {error === null ? null : <CouldNotAsk what="the parked messages" error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Loading what="the parked messages" /> : null}
      {data === undefined ? null : (
        <MessageList messages={data.parked} total={data.total} ask={ask} isDiscarded={isDiscarded} />
      )}
    </>
  );
};
