import { useEffect } from 'preact/hooks';
import type { ServiceListing } from '../model/listing.ts';
import { addSample, type Sample } from '../model/trend.ts';

/** Of this page's life, by group: a few kilobytes for all groups of a platform. */
const histories = new Map<string, readonly Sample[]>();

const keyOf = (service: string, name: string): string => `${service}/${name}`;

/** The lags that this page has seen of a subscription, the oldest first. */
export const lagHistory = (service: string, name: string): readonly Sample[] =>
  histories.get(keyOf(service, name)) ?? [];

/** Remembers the lags of each answer. */
export const useLagHistory = (listings: readonly ServiceListing[]): void =>
  useEffect(() => {
    for (const { service, subscriptions, answeredAtMs } of listings)
      for (const { name, lag } of subscriptions)
        if (lag !== null)
          histories.set(keyOf(service, name), addSample(lagHistory(service, name), { atMs: answeredAtMs, lag }));
  }, [listings]);
