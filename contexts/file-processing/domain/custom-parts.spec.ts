import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import {
  CUSTOM_PARTS_MAX,
  customPartsDecider,
  type CustomPart,
  type CustomPartId,
  type CustomPartsEvent,
} from './custom-parts.ts';

const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00Z' as Instant;
const [first, second] = ['p1', 'p2'] as CustomPartId[] as [CustomPartId, CustomPartId];
const partNamed = (number: string, rest: Partial<CustomPart> = {}): CustomPart => ({
  ...{ number, name: 'A lamp', colourIds: [4], relatedPart: null, ...rest },
});

const parts = given(customPartsDecider);
const add = (partId: CustomPartId, part: CustomPart) =>
  ({ type: 'AddCustomPart', data: { owner, partId, part, at: noon } }) as const;
const change = (partId: CustomPartId, change: Partial<CustomPart>) =>
  ({ type: 'ChangeCustomPart', data: { owner, partId, change, at: noon } }) as const;
const remove = (partId: CustomPartId) => ({ type: 'DeleteCustomPart', data: { owner, partId, at: noon } }) as const;
const erase = { type: 'EraseCustomParts', data: { owner, at: noon } } as const;

const partAdded = (partId: CustomPartId, part: CustomPart): CustomPartsEvent => ({
  type: 'CustomPartAdded',
  data: { owner, partId, part, addedAt: noon },
});
const partDeleted: CustomPartsEvent = { type: 'CustomPartDeleted', data: { owner, partId: first, deletedAt: noon } };
const partsErased: CustomPartsEvent = { type: 'CustomPartsErased', data: { owner, erasedAt: noon } };

describe('custom parts of a user', () => {
  it('adds a part once, and refuses another one under its id or its number in any case', () => {
    const lamp = partNamed('Lamp-1');
    parts().when(add(first, lamp)).then(partAdded(first, lamp));
    parts(partAdded(first, lamp)).when(add(first, lamp)).thenNothing();
    parts(partAdded(first, lamp))
      .when(add(first, partNamed('x')))
      .thenRejected('part-id-taken');
    parts(partAdded(first, lamp))
      .when(add(second, partNamed('LAMP-1')))
      .thenRejected('number-taken');
  });

  it('changes what is given, and nothing the second time', () => {
    const lamp = partNamed('Lamp-1');
    const changedPart = partNamed('Lamp-1', { name: 'A lantern', relatedPart: '3001' });
    const partChanged: CustomPartsEvent = {
      ...{ type: 'CustomPartChanged', data: { owner, partId: first, part: changedPart, changedAt: noon } },
    };
    const wish = change(first, { name: 'A lantern', relatedPart: '3001' });
    parts(partAdded(first, lamp)).when(wish).then(partChanged);
    parts(partAdded(first, lamp), partChanged).when(wish).thenNothing();
    parts(partAdded(first, lamp), partAdded(second, partNamed('Lamp-2')))
      .when(change(second, { number: 'lamp-1' }))
      .thenRejected('number-taken');
    parts().when(wish).thenRejected('custom-part-not-found');
  });

  it('deletes a part, whose number is free then', () => {
    const lamp = partNamed('Lamp-1');
    parts(partAdded(first, lamp)).when(remove(first)).then(partDeleted);
    parts(partAdded(first, lamp), partDeleted).when(remove(first)).thenRejected('custom-part-not-found');
    parts(partAdded(first, lamp), partDeleted).when(add(second, lamp)).then(partAdded(second, lamp));
  });

  it('keeps a bounded number of them', () => {
    const all = Array.from({ length: CUSTOM_PARTS_MAX }, (_, at) =>
      partAdded(`p${String(at)}` as CustomPartId, partNamed(`n${String(at)}`)),
    );
    const rejection = customPartsDecider.decide(
      add('more' as CustomPartId, partNamed('more')),
      all.reduce(customPartsDecider.evolve, customPartsDecider.initial),
    );
    expect(rejection).to.include({ rejected: 'too-many-custom-parts' });
  });

  it('takes none after the erasure of the user', () => {
    const lamp = partNamed('Lamp-1');
    parts(partAdded(first, lamp)).when(erase).then(partsErased);
    parts(partsErased).when(erase).thenNothing();
    parts(partsErased).when(add(first, lamp)).thenRejected('user-erased');
  });
});
