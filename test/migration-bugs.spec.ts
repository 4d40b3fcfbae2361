import { expect } from 'chai';
import { auditor } from '../contexts/migration/application/audit.ts';
import { NO_TRAFFIC, type SideTraffic, type Traffic } from '../contexts/migration/domain/gates/traffic.ts';
import { judgeTraffic } from '../contexts/migration/domain/gates/traffic-gates.ts';
import { twoSides } from '../contexts/migration/testing/two-sides.ts';
import { compareAnswers, hasForeignRows, type Answer } from '../gateway/legacy/shadow/compare-answers.ts';
import { COMPARISON_RULES } from '../gateway/legacy/shadow/comparison-rules.ts';

type Row = Readonly<Record<string, string | null>> & { readonly id: string; readonly user_id: string };
type ListRow = Readonly<Record<string, string | null>>;

/** What is wrong on the platform: in its rows, in what it shows of them, or in how it answers. */
type Bug = {
  readonly what: string;
  readonly gates: readonly string[];
  readonly rows?: (rows: readonly Row[]) => readonly Row[];
  readonly list?: (rows: readonly ListRow[]) => readonly ListRow[];
  readonly side?: (side: SideTraffic) => SideTraffic;
};

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);
const USERS = ['ada', 'Ada', 'ben', 'cleo'];
const ROWS = 40;
const BOUNDS = [1, 4, 16, 64, 256, 1_024];
const TODAY = '2026-06-01';
/** Of each answer, so many in a row: a gate needs numbers. */
const REPETITIONS = 700;

/** The same numbers for the same seed. */
const randomOf = (seed: number) => {
  let state = seed * 2_654_435_761;
  return (max: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * max);
  };
};

const rowsOf = (seed: number): readonly Row[] => {
  const random = randomOf(seed);
  return Array.from({ length: ROWS }, (_, number) => ({
    id: `row-${String(number).padStart(3, '0')}`,
    user_id: USERS[number % USERS.length] ?? '',
    title: `Castle ${String(random(1_000))}`,
    description: number % 3 === 0 ? null : `Since ${String(2_000 + random(20))}`,
    sort_order: String(random(20) + (number < USERS.length ? 90 : 0)),
    created_at: `2019-05-${String(10 + random(19))}T12:00:00.123`,
  }));
};

const changeSome = (change: (row: Row) => Row) => (rows: readonly Row[]) =>
  rows.map((row, number) => (number % 4 === 0 ? change(row) : row));

const BUGS: readonly Bug[] = [
  {
    ...{ what: 'a dropped column', gates: ['audit', 'differences'] },
    rows: changeSome((row) => ({ ...row, description: 'dropped' })),
  },
  {
    ...{ what: 'times taken for local ones', gates: ['audit', 'differences'] },
    rows: (rows) => rows.map((row) => ({ ...row, created_at: (row['created_at'] ?? '').replace('T12', 'T14') })),
  },
  {
    ...{ what: 'orders compared as numbers', gates: ['differences'] },
    list: (rows) => rows.toSorted((first, other) => Number(first['sortOrder']) - Number(other['sortOrder'])),
  },
  { ...{ what: 'a lost deletion', gates: ['audit', 'differences'] }, rows: (rows) => [...rows, ...extra(rows)] },
  { ...{ what: 'a lost insertion', gates: ['audit', 'differences'] }, rows: (rows) => rows.slice(USERS.length) },
  {
    ...{ what: 'a lost update', gates: ['audit', 'differences'] },
    rows: changeSome((row) => ({ ...row, title: 'as it was before' })),
  },
  {
    ...{ what: 'users that are taken for one another', gates: ['foreign-rows', 'differences'] },
    list: (rows) => rows.map((row, number) => (number === 0 ? { ...row, userId: 'eve' } : row)),
  },
  {
    ...{ what: 'a field that is called otherwise', gates: ['differences'] },
    list: (rows) => rows.map(({ title = null, ...row }) => ({ ...row, name: title })),
  },
  {
    ...{ what: 'errors', gates: ['errors'] },
    side: (side) => ({ ...side, errors: Math.ceil(side.answers * 0.05) }),
  },
  {
    ...{ what: 'slow answers', gates: ['latency'] },
    side: (side) => ({ ...side, times: [0, 0, 0, side.answers * 0.8, 0, side.answers * 0.2] }),
  },
  {
    ...{ what: 'no answers', gates: ['outage', 'errors'] },
    side: (side) => ({ ...side, errors: side.answers, failures: side.answers }),
  },
];

const extra = (rows: readonly Row[]): readonly Row[] =>
  rows.slice(0, USERS.length).map((row) => ({ ...row, id: `${row.id}-deleted` }));

const bySortOrder = (first: ListRow, other: ListRow): number =>
  (first['sortOrder'] ?? '') < (other['sortOrder'] ?? '') ? -1 : Number(first['sortOrder'] !== other['sortOrder']);

const listRow = ({ id, user_id: userId, sort_order: sortOrder = null, created_at: createdAt = null, ...row }: Row) => ({
  ...{ id, userId, sortOrder, createdAt },
  ...row,
});

const answerOf = (rows: readonly Row[], user: string, list: NonNullable<Bug['list']> = (items) => items): Answer => {
  const own = rows.filter(({ user_id: owner }) => owner === user).map(listRow);
  return { status: 200, body: { status: 200, data: { items: list(own.toSorted(bySortOrder)) } } };
};

const trafficOf = (rows: readonly Row[], platformRows: readonly Row[], { list, side }: Partial<Bug>): Traffic => {
  const calm: SideTraffic = { answers: 2_800, errors: 0, failures: 0, times: [0, 0, 2_800] };
  const rules = COMPARISON_RULES.wishlist;
  const comparisons = { ...NO_TRAFFIC.comparisons };
  for (const user of USERS) {
    const [legacy, platform] = [answerOf(rows, user), answerOf(platformRows, user, list)];
    const outcome = compareAnswers(legacy, platform, rules, TODAY).length === 0 ? 'alike' : 'different';
    comparisons[outcome] += REPETITIONS;
    if (hasForeignRows(platform, rules, user)) comparisons.foreign += REPETITIONS;
  }
  return { legacy: calm, platform: side?.(calm) ?? calm, comparisons };
};

/** The gates that fail. */
const failures = async (seed: number, bug: Partial<Bug>): Promise<readonly string[]> => {
  const rows = rowsOf(seed);
  const platformRows = bug.rows?.(rows) ?? rows;
  const { legacy, target } = twoSides(rows, platformRows);
  const audit = auditor({ legacy, target, secondLookMs: 0, untilFollowed: () => Promise.resolve() });
  const { differing } = await audit();
  const traffic = trafficOf(rows, platformRows, bug);
  const verdicts = judgeTraffic(traffic, traffic, { bounds: BOUNDS, tolerance: 1 });
  return [
    ...(differing > 0 ? ['audit'] : []),
    ...verdicts.filter(({ outcome }) => outcome === 'fail').map(({ gate }) => gate),
  ];
};

describe('bugs of a migration, planted in 20 seeded sets of rows', () => {
  it('are not seen where there is none', async () => {
    for (const seed of SEEDS) expect(await failures(seed, {})).to.deep.equal([]);
  });

  for (const bug of BUGS)
    it(`${bug.what}: caught by ${bug.gates.join(' and ')}`, async () => {
      for (const seed of SEEDS) expect(await failures(seed, bug), `seed ${String(seed)}`).to.have.members(bug.gates);
    });
});
