import { expect } from 'chai';
import { matchesPattern } from './in-memory-bus.ts';

describe('patterns of routing keys', () => {
  for (const [pattern, key, outcome] of [
    ['#', 'moc-management.moc.created', true],
    ['moc-management.#', 'moc-management.moc.created', true],
    ['moc-management.#', 'moc-management', true],
    ['*.moc.created', 'moc-management.moc.created', true],
    ['*.moc.created', 'moc.created', false],
    ['moc-management.*', 'moc-management.moc.created', false],
    ['#.created', 'moc-management.moc.created', true],
    ['moc-management.moc.created', 'moc-management.moc.deleted', false],
  ] as const)
    it(`${pattern} ${outcome ? 'selects' : 'leaves out'} ${key}`, () => {
      expect(matchesPattern(pattern, key)).to.equal(outcome);
    });
});
