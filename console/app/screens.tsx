import type { ComponentType } from 'preact';
import { AggregateScreen } from './screens/aggregate.tsx';
import { Audit } from './screens/audit.tsx';
import { Correlation } from './screens/correlation.tsx';
import { Latency } from './screens/latency.tsx';
import { MigrationScreen } from './screens/migration.tsx';
import { Overview } from './screens/overview.tsx';
import { ParkedScreen } from './screens/parked.tsx';
import { Projection } from './screens/projection.tsx';
import { ServiceMapScreen } from './screens/service-map.tsx';
import { Streams } from './screens/streams.tsx';
import { Subscriptions } from './screens/subscriptions.tsx';

export type ScreenEntry = { readonly path: string; readonly title: string; readonly Screen: ComponentType };

/** In the order of the menu; the first is where one arrives. */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '/', title: 'Overview', Screen: Overview },
  { path: '/services', title: 'Services', Screen: ServiceMapScreen },
  { path: '/latency', title: 'Latency', Screen: Latency },
  { path: '/subscriptions', title: 'Subscriptions', Screen: Subscriptions },
  { path: '/projection', title: 'Projections', Screen: Projection },
  { path: '/parked', title: 'Parked messages', Screen: ParkedScreen },
  { path: '/streams', title: 'Streams', Screen: Streams },
  { path: '/aggregate', title: 'Aggregates', Screen: AggregateScreen },
  { path: '/correlation', title: 'Correlation', Screen: Correlation },
  { path: '/migration', title: 'Migration', Screen: MigrationScreen },
  { path: '/audit', title: 'Audit', Screen: Audit },
];
