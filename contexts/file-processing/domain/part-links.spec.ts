import { expect } from 'chai';
import { checkLot, partKey, withOwnParts, type CatalogueExtract } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { parseLot } from './lot.ts';
import { indexLinks, linkKey, LINK_STEPS_MAX, type OwnPartLink, type PartLink } from './part-links.ts';

const link = (
  scheme: ColourScheme,
  key: string,
  partNumber: string,
  rule: PartLink['rule'] = 'cross-walk',
): PartLink => ({ scheme, key, partNumber, rule, provenance: `${rule} ${key}` });

const extractWith = (...links: readonly PartLink[]): CatalogueExtract => ({
  parts: new Map(['3001', '3626cpr0001', '973pr01'].map((part) => [partKey(part), part])),
  colours: new Map([[4, 'Red']]),
  partColours: new Map(),
  elements: new Map(),
  links: indexLinks(links),
});

const check = (partNumber: string, scheme: ColourScheme, extract: CatalogueExtract) => {
  const raw = { line: 1, itemType: 'P', partNumber, colour: null, colourName: null, quantityText: '1' };
  const { part, partRule } = checkLot(parseLot({ ...raw, role: 'needed' }, 1), scheme, extract);
  return [part, partRule?.rule, partRule?.provenance];
};

describe('part numbers of other systems', () => {
  it('leads from a number of a scheme to the part, whatever its case, and says why', () => {
    const extract = extractWith(link('bricklink', '3626cpb0001', '3626CPR0001'));
    expect(check('3626cPB0001', 'bricklink', extract)).to.deep.equal([
      ...['3626cpr0001', 'cross-walk', 'cross-walk 3626cpb0001'],
    ]);
  });

  it('leads to nothing from the same number of another scheme', () => {
    expect(check('77', 'ldraw', extractWith(link('bricklink', '77', '3001')))).to.deep.equal([
      ...[null, undefined, undefined],
    ]);
  });

  it('takes the number of the catalogue first, and no rule is named', () => {
    const extract = extractWith(link('bricklink', '3001', '973pr01'));
    expect(check('3001', 'bricklink', extract)).to.deep.equal(['3001', undefined, undefined]);
  });

  it('never takes an id of Brick Owl for a number of the catalogue, but for what a cross-walk says', () => {
    expect(check('3001', 'brickowl', extractWith(link('rebrickable', '3001', '973pr01')))[0]).to.equal(null);
    expect(check('3001', 'brickowl', extractWith(link('brickowl', '3001', '973pr01')))[0]).to.equal('973pr01');
  });

  it('takes a custom part of the owner before a cross-walk, and behind the catalogue', () => {
    const custom = (number: string) => ({ number, name: 'A lamp', colourIds: [4] });
    const ownParts = new Map([custom('Lamp-1'), custom('3001')].map((part) => [partKey(part.number), part]));
    const extract = withOwnParts(extractWith(link('bricklink', 'lamp-1', '973pr01')), {
      parts: ownParts,
      links: new Map(),
    });
    expect(check('LAMP-1', 'bricklink', extract)).to.deep.equal(['Lamp-1', 'custom', 'A lamp']);
    expect(check('3001', 'bricklink', extract)).to.deep.equal(['3001', undefined, undefined]);
    expect(extract.partColours.get('Lamp-1')).to.deep.equal(new Set([4]));
  });

  it('follows a table of the owner only where the catalogue leads nowhere, also to a moved part and a custom one', () => {
    const own = (scheme: ColourScheme, key: string, partNumber: string): readonly [string, OwnPartLink] => [
      linkKey(scheme, key),
      { rule: 'own-cross-walk', scheme, key, number: key, partNumber, provenance: 'user' },
    ];
    const extract = withOwnParts(
      extractWith(link('bricklink', 'x1', '973pr01'), link('rebrickable', 'older', '3001', 'moved')),
      {
        parts: new Map([['lamp-1', { number: 'Lamp-1', name: 'A lamp', colourIds: [] }]]),
        links: new Map([
          ...[own('bricklink', '3001', '973pr01'), own('bricklink', 'x1', '3001'), own('bricklink', 'x2', '973PR01')],
          ...[own('bricklink', 'x3', 'older'), own('rebrickable', 'x4', 'lamp-1'), own('ldraw', 'x5', '3001')],
          own('bricklink', 'x6', 'nothing'),
        ]),
      },
    );
    const rules = ['3001', 'x1', 'X2', 'x3', 'x4', 'x5', 'x6'].map((number) => check(number, 'bricklink', extract));
    expect(rules).to.deep.equal([
      ['3001', undefined, undefined],
      ['973pr01', 'cross-walk', 'cross-walk x1'],
      ['973pr01', 'own-cross-walk', 'user'],
      ['3001', 'own-cross-walk', 'user; moved older'],
      ['Lamp-1', 'own-cross-walk', 'user'],
      [null, undefined, undefined],
      [null, undefined, undefined],
    ]);
  });

  it('prefers what the catalogue says of a renumbered part', () => {
    const extract = extractWith(link('rebrickable', 'old', '3001', 'moved'), link('rebrickable', 'old', '973pr01'));
    expect(check('old', 'rebrickable', extract)).to.deep.equal(['3001', 'moved', 'moved old']);
  });

  it('follows a part that was renumbered again, naming every step', () => {
    const extract = extractWith(link('bricklink', 'x1', 'older'), link('rebrickable', 'older', '3001', 'moved'));
    expect(check('x1', 'bricklink', extract)).to.deep.equal(['3001', 'cross-walk', 'cross-walk x1; moved older']);
  });

  it('ends in a circle, and after too many steps', () => {
    const circle = extractWith(link('rebrickable', 'a', 'b'), link('rebrickable', 'b', 'a'));
    expect(check('a', 'rebrickable', circle)[0]).to.equal(null);
    const chainOf = (steps: number) =>
      extractWith(
        ...Array.from({ length: steps }, (_, step) =>
          link('rebrickable', `s${step}`, step === steps - 1 ? '3001' : `s${step + 1}`),
        ),
      );
    expect(check('s0', 'rebrickable', chainOf(LINK_STEPS_MAX))[0]).to.equal('3001');
    expect(check('s0', 'rebrickable', chainOf(LINK_STEPS_MAX + 1))[0]).to.equal(null);
  });
});
