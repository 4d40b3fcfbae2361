import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { PART_LINKS_MAX, ownLinksDecider, partLinkIdOf, type OwnLink, type OwnLinksEvent } from './own-links.ts';

const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00Z' as Instant;
const linkOf = (number: string, partNumber: string, rest: Partial<OwnLink> = {}): OwnLink => ({
  ...{ scheme: 'bricklink', number, partNumber, provenance: 'user', ...rest },
});

const table = given(ownLinksDecider);
const importOf = (links: readonly OwnLink[], replace = false) =>
  ({ type: 'ImportPartLinks', data: { owner, links, replace, at: noon } }) as const;
const linksImported = (...links: readonly OwnLink[]): OwnLinksEvent => ({
  type: 'PartLinksImported',
  data: { owner, links, importedAt: noon },
});
const [brick, plate] = [linkOf('3001PB1', '3001pr1'), linkOf('3020pb1', '3020pr1')];
const linkId = partLinkIdOf(brick);
const change = (changes: object) =>
  ({ type: 'ChangePartLink', data: { owner, linkId, change: changes, at: noon } }) as const;
const remove = { type: 'DeletePartLink', data: { owner, linkId, at: noon } } as const;
const clear = { type: 'ClearPartLinks', data: { owner, at: noon } } as const;
const erase = { type: 'ErasePartLinks', data: { owner, at: noon } } as const;
const linksErased: OwnLinksEvent = { type: 'PartLinksErased', data: { owner, erasedAt: noon } };

describe('the table of part numbers of a user', () => {
  it('takes new numbers, and nothing the second time, however they are written', () => {
    table()
      .when(importOf([brick, plate]))
      .then(linksImported(brick, plate));
    table(linksImported(brick, plate))
      .when(importOf([linkOf('3001pb1', '3001PR1'), plate]))
      .thenNothing();
  });

  it('keeps what it says of a number, unless it is to be replaced', () => {
    const other = linkOf('3001pb1', '3001pr2');
    table(linksImported(brick))
      .when(importOf([other, plate]))
      .then(linksImported(plate));
    table(linksImported(brick))
      .when(importOf([other, plate], true))
      .then(linksImported(plate, other));
  });

  it('has the same number of two systems twice', () => {
    table(linksImported(brick))
      .when(importOf([linkOf('3001pb1', '3002', { scheme: 'ldraw' })]))
      .then(linksImported(linkOf('3001pb1', '3002', { scheme: 'ldraw' })));
  });

  it(`writes a large import as several events, and refuses number ${PART_LINKS_MAX + 1}`, () => {
    const manyLinks = Array.from({ length: PART_LINKS_MAX }, (_, index) => linkOf(`n${index}`, '3001'));
    expect(ownLinksDecider.decide(importOf(manyLinks), ownLinksDecider.initial)).to.have.length(10);
    table(linksImported(...manyLinks))
      .when(importOf([brick]))
      .thenRejected('too-many-part-links');
    table(linksImported(...manyLinks))
      .when(importOf(manyLinks.slice(0, 5)))
      .thenNothing();
  });

  it('changes the part and the provenance of a number, and nothing when they are the same', () => {
    const link = { ...brick, partNumber: '3001pr9' };
    table(linksImported(brick))
      .when(change({ partNumber: '3001pr9' }))
      .then({ type: 'PartLinkChanged', data: { owner, link, changedAt: noon } });
    table(linksImported(brick))
      .when(change({ provenance: 'user' }))
      .thenNothing();
    table()
      .when(change({ partNumber: '3001' }))
      .thenRejected('part-link-not-found');
  });

  it('loses a number, and all of them', () => {
    table(linksImported(brick))
      .when(remove)
      .then({ type: 'PartLinkDeleted', data: { owner, linkId, deletedAt: noon } });
    table(linksImported(brick), { type: 'PartLinkDeleted', data: { owner, linkId, deletedAt: noon } })
      .when(remove)
      .thenRejected('part-link-not-found');
    const tableCleared: OwnLinksEvent = { type: 'PartLinksCleared', data: { owner, clearedAt: noon } };
    table(linksImported(brick, plate)).when(clear).then(tableCleared);
    table(linksImported(brick, plate), tableCleared).when(clear).thenNothing();
  });

  it('is empty after the erasure of its owner, and takes no more', () => {
    table(linksImported(brick)).when(erase).then(linksErased);
    table(linksImported(brick), linksErased).when(erase).thenNothing();
    for (const command of [importOf([plate]), change({ partNumber: '1' }), remove, clear])
      table(linksImported(brick), linksErased).when(command).thenRejected('user-erased');
  });
});
