import { expect } from 'chai';
import type { CapabilityEvidence, EvidenceReport } from '../contracts/evidence.ts';
import type { Stage } from '../domain/migration-events.ts';
import { evidenceLog } from './evidence-log.ts';

const shadow: Stage = { state: 'shadow', percent: 0 };
const canary: Stage = { state: 'canary', percent: 1 };
const side = { answers: 10, errors: 1, failures: 0, times: [9, 1] };

const evidence = (more: Partial<CapabilityEvidence> = {}): CapabilityEvidence => ({
  ...{ capability: 'wishlist', ...shadow, legacy: side, platform: side, examples: [] },
  comparisons: { alike: 5, different: 0, foreign: 0, unsettled: 0, skipped: 0 },
  ...more,
});
const report = (number: number, more: Partial<CapabilityEvidence> = {}, instance = 'g1'): EvidenceReport => ({
  ...{ instance, number, evidence: [evidence(more)] },
});

describe('gathering what gateways have seen', () => {
  let atMs = 0;
  const log = () => evidenceLog(() => atMs);
  beforeEach(() => {
    atMs = 0;
  });

  it('adds up reports of all gateways, each once', () => {
    const evidences = log();
    for (const next of [report(1), report(1), report(2), report(1, {}, 'g2')]) evidences.note(next, () => shadow);
    expect(evidences.read('wishlist', shadow).traffic.legacy.answers).to.equal(30);
  });

  it('takes nothing that was seen at another stage, and begins anew with each stage', () => {
    const evidences = log();
    evidences.note(report(1), () => canary);
    expect(evidences.read('wishlist', canary).traffic.legacy.answers).to.equal(0);
    evidences.note(report(2), () => shadow);
    evidences.note(report(3, canary), () => canary);
    expect(evidences.read('wishlist', canary).traffic.legacy.answers).to.equal(10);
    expect(evidences.read('wishlist', shadow).traffic.legacy.answers).to.equal(0);
  });

  it('forgets what is older than an hour, and knows what came lately', () => {
    const evidences = log();
    evidences.note(report(1), () => shadow);
    atMs = 60_000;
    evidences.note(report(2), () => shadow);
    const { traffic, lately } = evidences.read('wishlist', shadow);
    expect([traffic.legacy.answers, lately.legacy.answers]).to.deep.equal([20, 10]);
    atMs = 3_610_000;
    expect(evidences.read('wishlist', shadow).traffic.legacy.answers).to.equal(10);
  });

  it('lets new traffic show through old traffic', () => {
    const evidences = log();
    const manyAnswers = { ...side, answers: 20_000 };
    const alike = { alike: 20_000, different: 0, foreign: 0, unsettled: 0, skipped: 0 };
    evidences.note(report(1, { legacy: manyAnswers, platform: manyAnswers, comparisons: alike }), () => shadow);
    atMs = 10_000;
    evidences.note(
      report(2, { legacy: manyAnswers, platform: manyAnswers, comparisons: { ...alike, different: 9 } }),
      () => shadow,
    );
    expect(evidences.read('wishlist', shadow).traffic.comparisons).to.include({ alike: 20_000, different: 9 });
  });

  it('keeps the last examples, the newest first', () => {
    const evidences = log();
    const example = (correlationId: string) => ({
      ...{ at: '2026-01-01T12:00:00.000Z', correlationId, request: '/api/wishlist', differences: [] },
    });
    evidences.note(report(1, { examples: [example('a'), example('b')] }), () => shadow);
    evidences.note(report(2, { examples: [example('c')] }), () => shadow);
    const { examples } = evidences.read('wishlist', shadow);
    expect(examples.map(({ correlationId }) => correlationId)).to.deep.equal(['c', 'b', 'a']);
  });
});
