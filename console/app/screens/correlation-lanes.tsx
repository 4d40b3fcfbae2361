import { Link } from 'wouter-preact';
import { lanesOf, type Lane } from '../model/lanes.ts';
import { isStuck, type Instance } from '../model/processes.ts';
import type { Bar } from '../model/waterfall.ts';
import { linkTo } from '../parts/links.ts';

type Item = { readonly stream: string; readonly type: string; readonly eventId: string };

/** Nothing while it is not known which instances are not over. */
const StateOf = ({ stream, instances }: { readonly stream: string; readonly instances: Props['instances'] }) => {
  if (instances === undefined) return null;
  const instance = instances.find((candidate) => candidate.stream === stream);
  if (instance === undefined) return <span class="badge good">over</span>;
  return isStuck(instance.movedAt, Date.now()) ? (
    <span class="badge serious">stuck: {instance.state}</span>
  ) : (
    <span class="badge notice">{instance.state}</span>
  );
};

type RowProps = { readonly lane: Lane<Item>; readonly instances: Props['instances'] };

const LaneRow = ({ lane: { stream, isProcess, bars }, instances }: RowProps) => (
  <tr>
    <td>
      <Link href={linkTo('streams', { stream })}>{stream}</Link>
    </td>
    <td>{isProcess ? <StateOf stream={stream} instances={instances} /> : null}</td>
    <td class="lane">
      {bars.map(({ item, place }) => (
        <span key={item.eventId} class="mark" style={{ left: `${String(place * 100)}%` }} title={item.type} />
      ))}
    </td>
  </tr>
);

type Props = {
  readonly bars: readonly Bar<Item>[];
  readonly isProcess: (stream: string) => boolean;
  /** All that are not over; `undefined` while that is not known. */
  readonly instances: readonly Instance[] | undefined;
};

/** One row for each process and each other stream that a request has changed, on one scale of time. */
export const CorrelationLanes = ({ bars, isProcess, instances }: Props) => (
  <section class="data-table" aria-label="Lanes">
    <h2>Lanes</h2>
    <div class="table-box" tabIndex={0} role="region" aria-label="Streams">
      <table>
        <thead>
          <tr>
            {['Stream', 'Process', 'Course'].map((title) => (
              <th key={title} scope="col">
                <span class="title">{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lanesOf(bars, isProcess).map((lane) => (
            <LaneRow key={lane.stream} lane={lane} instances={instances} />
          ))}
        </tbody>
      </table>
    </div>
  </section>
);
