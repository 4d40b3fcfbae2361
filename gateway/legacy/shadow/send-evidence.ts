import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@lego-moc/application/new-id';
import type { EvidenceReport } from '@lego-moc/migration/contracts/evidence';
import type { MigrationClient } from '../migration-client.ts';
import type { GatheredEvidence } from './gathered-evidence.ts';

const SEND_EVERY_MS = 1_000;

type SenderOptions = {
  readonly migration: Pick<MigrationClient, 'sendEvidence'>;
  readonly evidence: Pick<GatheredEvidence, 'take'>;
};

/** Reports to the migration what was gathered; again until it has taken it. Returns what ends it. */
export const sendEvidence = ({ migration, evidence }: SenderOptions): (() => void) => {
  const instance = newId();
  const stopping = new AbortController();
  const { signal } = stopping;
  let number = 0;
  let unsent: EvidenceReport | undefined;

  const send = async (): Promise<void> => {
    if (unsent === undefined) {
      const news = evidence.take();
      if (news.length === 0) return;
      number += 1;
      unsent = { instance, number, evidence: news };
    }
    await migration.sendEvidence(unsent, signal);
    unsent = undefined;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      // That the migration does not answer, the poller of its routing reports.
      await send().catch(() => undefined);
      await sleep(SEND_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void run();
  return () => stopping.abort();
};
