import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { fileKindsDecider, KINDS_MAX, type FileKindsEvent, type KindDecision } from './file-kinds.ts';

const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00Z' as Instant;
const columns = { hasHeader: true, part: 0, colour: 2, quantity: 1 };

const kinds = given(fileKindsDecider);
const remember = (kind: string, decision: KindDecision) =>
  ({ type: 'RememberFileKind', data: { owner, kind, decision, at: noon } }) as const;
const kindRemembered = (kind: string, decision: KindDecision): FileKindsEvent => ({
  type: 'FileKindRemembered',
  data: { owner, kind, decision, rememberedAt: noon },
});
const forget = { type: 'ForgetFileKinds', data: { owner, at: noon } } as const;
const kindsForgotten: FileKindsEvent = { type: 'FileKindsForgotten', data: { owner, forgottenAt: noon } };

describe('remembering decisions about files', () => {
  it('keeps a decision by the kind of file', () => {
    kinds().when(remember('k1', { columns })).then(kindRemembered('k1', { columns }));
  });

  it('changes nothing for the same decision, and adds one about colours to one about columns', () => {
    kinds(kindRemembered('k1', { columns }))
      .when(remember('k1', { columns: { ...columns } }))
      .thenNothing();
    kinds(kindRemembered('k1', { columns }))
      .when(remember('k1', { colourScheme: 'bricklink' }))
      .then(kindRemembered('k1', { columns, colourScheme: 'bricklink' }));
  });

  it('forgets all of them once, and keeps none after that', () => {
    kinds(kindRemembered('k1', { columns })).when(forget).then(kindsForgotten);
    kinds(kindsForgotten).when(forget).thenNothing();
    kinds(kindsForgotten).when(remember('k1', { columns })).thenNothing();
  });

  it('forgets one of them, refuses to forget it again, and keeps a later decision', () => {
    const forgetOne = { type: 'ForgetFileKind', data: { owner, kind: 'k1', at: noon } } as const;
    const kindForgotten = { type: 'FileKindForgotten', data: { owner, kind: 'k1', forgottenAt: noon } } as const;
    const twoKinds = [kindRemembered('k1', { columns }), kindRemembered('k2', { columns })] as const;
    kinds(...twoKinds)
      .when(forgetOne)
      .then(kindForgotten);
    kinds(...twoKinds, kindForgotten)
      .when(forgetOne)
      .thenRejected('file-kind-not-found');
    kinds(...twoKinds, kindForgotten)
      .when(remember('k2', { columns }))
      .thenNothing();
    kinds(...twoKinds, kindForgotten)
      .when(remember('k1', { columns }))
      .then(kindRemembered('k1', { columns }));
    kinds(kindsForgotten).when(forgetOne).thenRejected('file-kind-not-found');
  });

  it('keeps the latest two hundred', () => {
    const events = Array.from({ length: KINDS_MAX + 5 }, (_, n) => kindRemembered(`k${String(n)}`, { columns }));
    const { decisions } = [...events, kindRemembered('k6', {})].reduce(
      fileKindsDecider.evolve,
      fileKindsDecider.initial,
    );
    expect([decisions.size, decisions.has('k4'), decisions.has('k5'), [...decisions.keys()].at(-1)]).to.eql([
      ...[KINDS_MAX, false, true, 'k6'],
    ]);
  });
});
