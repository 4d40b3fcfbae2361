import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';
import type { SetNumberEvent, TitleEvent } from './reservation-events.ts';
import { normaliseSetNumber, setNumberDecider } from './set-number.ts';
import { normaliseTitle, titleDecider } from './title.ts';

const crane = 'crane' as MocId;
const ship = 'ship' as MocId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const oneMinuteLater = '2026-01-01T12:01:00.000Z' as Instant;
const afterThat = '2026-01-01T12:02:00.000Z' as Instant;

const titleHeld: TitleEvent = { type: 'TitleHeld', data: { mocId: crane, until: oneMinuteLater } };
const titleSecured: TitleEvent = { type: 'TitleSecured', data: { mocId: crane } };
const titleReleased: TitleEvent = { type: 'TitleReleased', data: { mocId: crane } };
const secure = (mocId: MocId, at = noon) => ({ type: 'Secure', data: { mocId, at } }) as const;
const hold = (mocId: MocId, at = noon) => ({ type: 'Hold', data: { mocId, at, until: oneMinuteLater } }) as const;
const title = given(titleDecider);

describe('securing a title', () => {
  it('gives a free title to one MOC', () => {
    title().when(secure(crane)).then(titleSecured);
    title(titleSecured).when(secure(crane)).thenNothing();
  });

  it('is refused while another MOC has it', () => {
    title(titleSecured).when(secure(ship)).thenRejected('title-taken');
    title(titleSecured).when(hold(ship)).thenRejected('title-taken');
  });

  it('succeeds once it was released', () => {
    title(titleSecured, titleReleased)
      .when(secure(ship))
      .then({ type: 'TitleSecured', data: { mocId: ship } });
  });
});

describe('holding a title', () => {
  it('reserves it for the MOC that is about to take it', () => {
    title().when(hold(crane)).then(titleHeld);
    title(titleHeld).when(hold(crane)).thenNothing();
    title(titleHeld).when(secure(ship)).thenRejected('title-taken');
    title(titleHeld).when(secure(crane)).then(titleSecured);
  });

  it('lapses by itself', () => {
    title(titleHeld)
      .when(secure(ship, afterThat))
      .then({ type: 'TitleSecured', data: { mocId: ship } });
  });
});

describe('releasing a title', () => {
  it('frees it, once, and only for the MOC that has it', () => {
    title(titleSecured)
      .when({ type: 'Release', data: { mocId: crane } })
      .then(titleReleased);
    title(titleSecured, titleReleased)
      .when({ type: 'Release', data: { mocId: crane } })
      .thenNothing();
    title(titleSecured)
      .when({ type: 'Release', data: { mocId: ship } })
      .thenNothing();
  });
});

describe('comparing titles', () => {
  it('ignores case, spacing and composition', () => {
    expect(normaliseTitle('  The  GRAND Cafe\u0301 ')).to.equal(normaliseTitle('the grand café'));
  });
});

describe('the number of a set', () => {
  const number = given(setNumberDecider);
  const numberSecured: SetNumberEvent = { type: 'SetNumberSecured', data: { mocId: crane } };

  it('belongs to one MOC, by events of its own', () => {
    number().when(secure(crane)).then(numberSecured);
    number(numberSecured).when(secure(ship)).thenRejected('set-number-taken');
    number(numberSecured, { type: 'SetNumberReleased', data: { mocId: crane } })
      .when(secure(ship))
      .then({ type: 'SetNumberSecured', data: { mocId: ship } });
  });

  it('is the same whatever its case and spacing, and unique within a known brand only', () => {
    const set = { brand: 'LEGO ', number: '10255-A', retired: false };
    expect(normaliseSetNumber(set)).to.deep.equal(normaliseSetNumber({ ...set, brand: 'lego', number: ' 10255-a' }));
    expect(normaliseSetNumber({ ...set, brand: ' ' })).to.equal(undefined);
    expect(normaliseSetNumber(undefined)).to.equal(undefined);
  });
});
