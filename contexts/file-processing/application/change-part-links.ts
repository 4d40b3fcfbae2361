import type { Clock } from '@lego-moc/application/clock';
import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { partKey } from '../domain/catalogue.ts';
import { SHOWN_MAX } from '../domain/findings.ts';
import { linkKey } from '../domain/part-links.ts';
import { compareLinks, type LinkChanges, type OwnLinksRejection, type PartLinkId } from '../domain/own-links.ts';
import type { CrossWalkResult } from './import-cross-walk.ts';
import type { OwnLinkStates } from './own-parts.ts';
import type { Catalogue } from './ports/catalogue.ts';
import type { CrossWalkFault, CrossWalkRow, ReadCrossWalk } from './ports/cross-walk.ts';

export type PartLinkChanges = {
  readonly states: Pick<OwnLinkStates, 'handle' | 'latest'>;
  readonly catalogue: Catalogue;
  readonly read: ReadCrossWalk;
  readonly now: Clock;
};

export type PartLinkRefusal = OwnLinksRejection | 'cross-walk-unreadable';

export type LinkTable = { readonly csv: string; readonly replace: boolean };

const numberKey = (row: Pick<CrossWalkRow, 'scheme' | 'number'>): string => linkKey(row.scheme, partKey(row.number));

/** The rows that contradict the user's table, by their places in the file. */
const faultsOf = (rows: readonly CrossWalkRow[], { contradictions }: LinkChanges): readonly CrossWalkFault[] => {
  const rowsByNumber = new Map(rows.map((row) => [numberKey(row), row]));
  return contradictions.flatMap(({ link, current }) => {
    const row = rowsByNumber.get(numberKey(link));
    const detail = `Your table says ${current.partNumber} (${current.provenance}); correct the row, or send "replace": true.`;
    return row === undefined ? [] : [{ line: row.line, column: row.partColumn, detail }];
  });
};

/** Imports, changes and deletes what users say that numbers of other systems stand for. */
export const changePartLinks = ({ states, catalogue, read, now }: PartLinkChanges) => {
  type Result = Promise<Outcome<OwnLinksRejection>>;

  const countMissing = async (partNumbers: readonly string[]): Promise<number> => {
    if (partNumbers.length === 0) return 0;
    const { parts } = await catalogue.lookUp(await catalogue.newestRelease(), partNumbers);
    return partNumbers.filter((number) => !parts.has(partKey(number))).length;
  };

  return {
    /** Adds the valid rows of a table. Rows with a fault, and those that contradict the user's table, are named. */
    import: async (
      owner: UserId,
      { csv, replace }: LinkTable,
      cause: Cause,
    ): Promise<CrossWalkResult | Rejection<PartLinkRefusal>> => {
      const file = read(csv);
      if (isRejection(file)) return file;
      const links = file.rows.map(({ scheme, number, partNumber, provenance }) => ({
        ...{ scheme, number, partNumber, provenance },
      }));
      const changes = compareLinks((await states.latest(owner)).state, links, replace);
      const data = { owner, links, replace, at: now() };
      const outcome = await states.handle(owner, { type: 'ImportPartLinks', data }, cause);
      if (isRejection(outcome)) return outcome;
      const faults = [...file.faults, ...faultsOf(file.rows, changes)].sort((some, other) => some.line - other.line);
      const { added, replaced, unchanged } = changes;
      return {
        ...{ added: added.length, replaced: replaced.length, unchanged },
        missing: await countMissing([...added, ...replaced].map(({ partNumber }) => partNumber)),
        refused: { count: faults.length, first: faults.slice(0, SHOWN_MAX) },
      };
    },

    change: (
      owner: UserId,
      linkId: PartLinkId,
      change: { readonly partNumber?: string; readonly provenance?: string },
      cause: Cause,
      expected?: bigint,
    ): Result =>
      states.handle(owner, { type: 'ChangePartLink', data: { owner, linkId, change, at: now() } }, cause, expected),

    remove: (owner: UserId, linkId: PartLinkId, cause: Cause, expected?: bigint): Result =>
      states.handle(owner, { type: 'DeletePartLink', data: { owner, linkId, at: now() } }, cause, expected),

    clear: (owner: UserId, cause: Cause, expected?: bigint): Result =>
      states.handle(owner, { type: 'ClearPartLinks', data: { owner, at: now() } }, cause, expected),

    /** The user's account was erased. Safe to repeat. */
    erase: async (owner: UserId, cause: Cause): Promise<void> => {
      const outcome = await states.handle(owner, { type: 'ErasePartLinks', data: { owner, at: now() } }, cause);
      if (isRejection(outcome)) throw new Error(outcome.because);
    },
  };
};

export type ChangePartLinks = ReturnType<typeof changePartLinks>;
