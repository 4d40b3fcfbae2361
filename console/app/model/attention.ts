import { plural } from './format.ts';
import { secondsBehind, type ServiceListing, type Subscription } from './listing.ts';

/** How much it matters that somebody looks, most first. */
export const SEVERITIES = ['critical', 'serious', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Attention = {
  readonly severity: Severity;
  readonly kind:
    | 'service-unreachable'
    | 'stopped'
    | 'parked'
    | 'waiting'
    | 'lag'
    | 'behind'
    | 'breaker-open'
    | 'slow'
    | 'failing'
    | 'gate';
  readonly service: string;
  readonly target: string;
  readonly text: string;
  /** Within one severity and kind, the larger comes first. */
  readonly size: number;
  /** Path of the page that deals with it, below `/console`. */
  readonly link: string;
};

/** A group that handles events as they come has a handful in flight. */
const LAG_NOTABLE = 500;
const SECONDS_BEHIND_NOTABLE = 60;

const query = (values: Readonly<Record<string, string>>): string => new URLSearchParams(values).toString();

const linkTo = (screen: string, { service, name }: Subscription): string => `/${screen}?${query({ service, name })}`;

const stateOf = (subscription: Subscription): readonly Attention[] => {
  const { service, name, state, lastError } = subscription;
  const common = { service, target: name, size: 0, link: linkTo('subscriptions', subscription) };
  const because = lastError === undefined ? '' : `: ${lastError}`;
  if (state === 'stopped') return [{ ...common, severity: 'critical', kind: 'stopped', text: `Stopped${because}` }];
  if (state === 'waiting')
    return [
      { ...common, severity: 'serious', kind: 'waiting', text: `Waits for the event store or database${because}` },
    ];
  return [];
};

const parkedIn = (subscription: Subscription): readonly Attention[] => {
  const { service, name, parked } = subscription;
  if (parked === 0) return [];
  const text = `${plural(parked, 'message')} could not be handled`;
  return [
    {
      severity: 'serious',
      kind: 'parked',
      service,
      target: name,
      text,
      size: parked,
      link: linkTo('parked', subscription),
    },
  ];
};

const lagOf = (subscription: Subscription): readonly Attention[] => {
  const { service, name, lag, state } = subscription;
  const seconds = secondsBehind(subscription) ?? 0;
  const common = { service, target: name, link: linkTo('subscriptions', subscription) };
  if (state === 'behind')
    return [{ ...common, severity: 'notice', kind: 'behind', size: lag ?? seconds, text: 'Reads events of the past' }];
  if (seconds >= SECONDS_BEHIND_NOTABLE)
    return [
      {
        ...common,
        severity: 'notice',
        kind: 'lag',
        size: seconds,
        text: `${plural(seconds, 'second')} behind`,
      },
    ];
  if (lag !== null && lag >= LAG_NOTABLE)
    return [{ ...common, severity: 'notice', kind: 'lag', size: lag, text: `${plural(lag, 'event')} behind` }];
  return [];
};

/** What needs a person about one service's subscriptions. */
export const attentionFor = ({ service, subscriptions, failure }: ServiceListing): readonly Attention[] => [
  ...(failure === undefined
    ? []
    : [
        {
          severity: 'critical',
          kind: 'service-unreachable',
          service,
          target: service,
          text: `Could not be asked: ${failure.message}`,
          size: 0,
          link: `/subscriptions?${query({ q: service })}`,
        } as const,
      ]),
  ...subscriptions.flatMap((subscription) => [
    ...stateOf(subscription),
    ...parkedIn(subscription),
    ...lagOf(subscription),
  ]),
];

const KINDS: readonly Attention['kind'][] = [
  ...(['service-unreachable', 'stopped', 'breaker-open', 'gate', 'parked'] as const),
  ...(['failing', 'waiting', 'slow', 'lag', 'behind'] as const),
];

/** Worst first; equal ones by name, so that the list does not jump. */
export const byUrgency = (left: Attention, right: Attention): number =>
  SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
  KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind) ||
  right.size - left.size ||
  `${left.service}/${left.target}`.localeCompare(`${right.service}/${right.target}`);
