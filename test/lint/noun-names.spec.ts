import { RuleTester } from 'eslint';
import { nounNames } from './noun-names.ts';

const invalidCase = (code: string) => ({ code, errors: [{ messageId: 'bare' }] });

RuleTester.describe = describe;
RuleTester.it = it;

new RuleTester().run('names of values and functions', nounNames, {
  valid: [
    'const storedFile = 1, feed = 2, expected = 3, isErased = true;',
    'const sortByTitle = (entries) => entries;',
    'const { found: row } = reply;',
    'reply.found = true;',
  ],
  invalid: [
    'const found = 1;',
    'const ERASED = 1;',
    'const read = (one) => one;',
    'function sorted() {}',
    'const read = (sent = 1) => sent;',
  ].map(invalidCase),
});
