import { Link } from 'wouter-preact';
import { useParkedGroups, type GroupPlace, type ParkedGroup } from '../api/parked.ts';
import { formatInstant } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { useLinkHere } from '../parts/links.ts';
import type { Ask } from './parked-actions.ts';

type Props = { readonly place: GroupPlace; readonly ask: Ask | undefined };

const GroupButtons = ({ group, ask }: { readonly group: string; readonly ask: Ask | undefined }) => (
  <span class="row-buttons">
    <button type="button" disabled={ask === undefined} onClick={() => ask?.('replay', { group })}>
      Replay …
    </button>
    <button type="button" class="danger" disabled={ask === undefined} onClick={() => ask?.('discard', { group })}>
      Discard …
    </button>
  </span>
);

const columns = (
  ask: Ask | undefined,
  linkHere: ReturnType<typeof useLinkHere>,
): readonly ViewColumn<ParkedGroup>[] => [
  { key: 'count', title: 'Messages', isNumber: true, value: ({ count }) => count },
  { key: 'do', title: 'Do', value: () => null, view: ({ key }) => <GroupButtons group={key} ask={ask} /> },
  {
    key: 'type',
    title: 'Event',
    value: ({ type }) => type ?? 'gone',
    view: ({ type, key }) => <Link href={linkHere({ kind: key })}>{type ?? 'an event that is gone'}</Link>,
  },
  { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
  { key: 'frame', title: 'Where', value: ({ frame }) => frame },
  { key: 'back', title: 'Came back', isNumber: true, value: ({ cameBack }) => cameBack },
  { key: 'last', title: 'Last', value: ({ lastAt }) => lastAt, view: ({ lastAt }) => formatInstant(lastAt ?? '') },
];

/** Parked messages by event, reason and place in the code: what has one cause is dealt with at once. */
export const ParkedGroups = ({ place, ask }: Props) => {
  const { data, error, refetch } = useParkedGroups(place);
  const linkHere = useLinkHere('parked');
  return (
    <>
      {error === null ? null : <CouldNotAsk what="the parked messages" error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Loading what="the parked messages" /> : null}
      {data === undefined ? null : (
        <>
          <div class="buttons above">
            <button type="button" disabled={ask === undefined} onClick={() => ask?.('replay', { all: true })}>
              Replay all …
            </button>
          </div>
          <DataTable
            name="Parked messages by kind"
            columns={columns(ask, linkHere)}
            rows={data.groups}
            keyOf={({ key }) => key}
            whenEmpty="No message waits here."
          />
        </>
      )}
    </>
  );
};
