// One context alone: `MUTATION_CONTEXT=wishlist npm run mutation`. Its domain is tested by its own specs only.
const domain = `contexts/${process.env.MUTATION_CONTEXT ?? '*'}/domain/**`;

module.exports = {
  // Each mutant gets a process of its own: Stryker's runner for mocha needs an older mocha.
  testRunner: 'command',
  commandRunner: { command: `mocha --bail --reporter dot "${domain}/*.spec.ts"` },
  mutate: [`${domain}/*.ts`, '!**/*.spec.ts'],
  ignorePatterns: ['/ADR', '/bench', '/docs', '/infra', '/test', '/tools'],
  reporters: ['clear-text', 'progress'],
  // An endless loop counts as found; a busy machine must not.
  timeoutMS: 30_000,
  thresholds: { high: 90, low: 80, break: 80 },
};
