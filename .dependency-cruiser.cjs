const { existsSync, readdirSync } = require('node:fs');
const { workspaces } = require('./package.json');

/**
 * The permitted imports: the table in docs/testing.md, one rule a row. `test/fences.spec.ts` breaks every rule once and
 * expects a report, because a misplaced fence reports nothing.
 */
const CONTEXT = '^contexts/([^/]+)/';
const TESTS = '\\.(spec|contract)\\.ts$|^test/|/(contract|torture|bench|testing)/';
/** npm packages by the folder they resolve to, wherever npm put it. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const DRIVERS = npm(
  '@eventstore/db-client',
  'pg',
  'pg-promise',
  'pg-query-stream',
  'pg-copy-streams',
  'ioredis',
  '@opensearch-project/opensearch',
  '@aws-sdk/[^/]+',
  'lmdb',
  'clamscan',
  'amqplib',
);
/** Parts of Node that reach nothing outside the process. */
const COMPUTES_ONLY = '^(node:)?(buffer|crypto|events|path|stream|string_decoder|timers|util)(/|$)';
const ANY_NPM = '(^|/)node_modules/';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const packageFolders = workspaces
  .flatMap((pattern) =>
    pattern.endsWith('/*') ? readdirSync(pattern.slice(0, -2)).map((name) => pattern.replace('*', name)) : [pattern],
  )
  .filter((folder) => existsSync(`${folder}/package.json`));
const packages = packageFolders.map((folder) => ({ folder, ...require(`./${folder}/package.json`) }));

/**
 * dependency-cruiser cannot tell a neighbour in the workspace from a file of one's own; npm installs only what is
 * named.
 */
const undeclaredNeighbours = packages.map(({ folder, dependencies = {} }) =>
  forbid(
    'no-undeclared-dependencies',
    'A package.json names exactly what its package needs: it is deployed alone.',
    { path: `^${folder}/`, pathNot: TESTS },
    {
      path: packages.map((other) => `^${other.folder}/`),
      pathNot: packages
        .filter(({ name }) => name in dependencies)
        .map((other) => `^${other.folder}/`)
        .concat(`^${folder}/`),
    },
  ),
);

const packageByName = new Map(packages.map((each) => [each.name, each]));

/** The packages that `name` is deployed with. */
const neededBy = (name, found = new Set()) => {
  for (const needed of Object.keys(packageByName.get(name)?.dependencies ?? {}).filter((each) =>
    packageByName.has(each),
  ))
    if (!found.has(needed)) neededBy(needed, found.add(needed));
  return found;
};

/** Contexts are left out: two of them may subscribe to each other through their contracts. */
const packageCycles = packages
  .filter(({ folder }) => !folder.startsWith('contexts/'))
  .map(({ name, folder }) => ({ folder, needing: packages.filter((other) => neededBy(other.name).has(name)) }))
  .filter(({ needing }) => needing.length > 0)
  .map(({ folder, needing }) =>
    forbid(
      'no-package-cycles',
      'Packages that need each other are one package.',
      { path: `^${folder}/`, pathNot: TESTS },
      { path: needing.map((other) => `^${other.folder}/`), pathNot: `^${folder}/` },
    ),
  );

module.exports = {
  forbidden: [
    ...undeclaredNeighbours,
    ...packageCycles,
    forbid(
      'domain-is-pure',
      'The domain is functions over JSON: it sees itself and the kernel, and nothing that can wait, fail, draw lots or tell the time.',
      { path: `${CONTEXT}domain/`, pathNot: TESTS },
      { pathNot: ['^contexts/$1/domain/', '^building-blocks/kernel/'] },
    ),
    forbid(
      'contracts-stay-thin',
      'Contracts are what others compile against: shapes, types and a client that is handed its way of calling.',
      { path: `${CONTEXT}contracts/`, pathNot: TESTS },
      {
        pathNot: [
          '^contexts/[^/]+/contracts/',
          '^contexts/$1/domain/',
          '^building-blocks/(kernel|application)/',
          '^building-blocks/http/(route|service)-contract\\.ts$',
          npm('zod'),
          COMPUTES_ONLY,
        ],
      },
    ),
    forbid(
      'contracts-take-only-types-from-the-domain',
      'Whoever imports a contract must not run the domain behind it.',
      { path: `${CONTEXT}contracts/`, pathNot: TESTS },
      { path: '^contexts/$1/domain/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'application-uses-ports',
      'A use case names what it needs as a port; which technology answers is the composition root’s business.',
      { path: `${CONTEXT}application/`, pathNot: TESTS },
      {
        pathNot: [
          '^contexts/$1/(domain|contracts|application)/',
          '^contexts/[^/]+/contracts/',
          '^building-blocks/(kernel|application)/',
          COMPUTES_ONLY,
        ],
      },
    ),
    forbid(
      'adapters-do-not-meet',
      'Two technologies that know each other can only be exchanged together.',
      { path: `${CONTEXT}adapters/([^/]+)/`, pathNot: TESTS },
      { path: '^contexts/$1/(adapters/(?!$2/)|composition-root|main|config)' },
    ),
    forbid(
      'contexts-meet-in-contracts',
      'Of another context only its contracts exist.',
      { path: CONTEXT },
      { path: '^contexts/(?!$1/)', pathNot: '^contexts/[^/]+/contracts/' },
    ),
    forbid(
      'edges-see-contracts-only',
      'The gateway and the tools know services by what they publish.',
      { path: '^(gateway|tools)/' },
      { path: '^contexts/', pathNot: '^contexts/([^/]+/contracts/|registry\\.ts$)' },
    ),
    forbid(
      'building-blocks-know-no-business',
      'A building block serves every context alike, so it can know none.',
      { path: '^building-blocks/' },
      { path: '^(contexts|gateway|tools|infra/local)/' },
    ),
    forbid(
      'kernel-depends-on-nothing',
      'The kernel is what everything else may import.',
      { path: '^building-blocks/kernel/', pathNot: TESTS },
      { pathNot: ['^building-blocks/kernel/', '^node:crypto$', '^crypto$'] },
    ),
    forbid(
      'application-depends-on-the-kernel-only',
      'What every use case imports reaches nothing outside the process; state, time and chance it may have.',
      { path: '^building-blocks/application/', pathNot: TESTS },
      { pathNot: ['^building-blocks/(kernel|application)/', npm('lru-cache', 'p-map'), COMPUTES_ONLY] },
    ),
    forbid(
      'inversify-in-one-place',
      'One file knows the container; everything else takes arguments.',
      { pathNot: ['^building-blocks/service/container\\.ts$', 'composition-root\\.ts$', 'node_modules/'] },
      { path: npm('inversify') },
    ),
    forbid(
      'drivers-live-in-building-blocks-or-infra',
      'Drivers are tamed once: pools, retries and types in one place.',
      { path: '^(contexts|gateway|tools/(?!(backup|event-store)/))', pathNot: TESTS },
      { path: DRIVERS, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'tests-stay-out-of-production',
      'What runs must not need what tests it.',
      { pathNot: TESTS },
      {
        path: [TESTS, npm('mocha', 'chai', 'sinon', 'supertest', 'fast-check', 'testcontainers', '@testcontainers/.+')],
      },
    ),
    forbid(
      'no-cycles',
      'Files that need each other are one thing, also when they need types only.',
      {},
      { circular: true },
    ),
    forbid(
      'no-undeclared-dependencies',
      'A package.json names exactly what its package needs: it is deployed alone.',
      { pathNot: TESTS },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    ),
    forbid(
      'no-unresolvable-imports',
      'An import that cannot be followed is an import that no rule sees.',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'no-barrels',
      'A file that only passes on others hides who needs what, and loads all of it.',
      {},
      { path: '(^|/)index\\.ts$', pathNot: '/node_modules/' },
    ),
  ],
  options: {
    doNotFollow: { path: ANY_NPM },
    // Their packages are installed apart, and nothing of the platform imports them.
    exclude: { path: '^infra/(cdk|api-lint)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
