import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';
import { commandsIn, missingPrograms, runCommands } from './shown-commands.ts';

/** Part of the output of each README's commands; wishlists and profiles have specs of their own. */
const OUTPUTS = {
  'moc-management': /"title":"Signal box".*MocDrafted.*"theme":"Railway"|"theme":"Railway".*MocDrafted/s,
  'file-processing': /"pieces":49.*HOOK-77.*"partNumber":"3001"/s,
  gallery: /"title":"Harbour crane".*"coverImageId":"[0-9a-f-]{36}".*"flags":\["other"\]/s,
  'file-storage': /^%PDF-1\..*"used":\d+.*"moderator":5000000000/s,
  inventory: /"percentage":50.*"damaged":1.*"averagePercentage".*"missingPieces":\d/s,
  search: /Windmill of Halloumi.*Windmill of Halloumi.*Windmill of Halloumi/s,
} as const;

describe('following the READMEs of contexts', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  before(function () {
    if (missingPrograms('bash', 'curl').length > 0) skipWithout(this, 'bash or curl', 'install both');
  });

  for (const [context, expectedOutput] of Object.entries(OUTPUTS))
    it(`runs every command of the README of ${context} with the output it describes`, async () => {
      const [commands = '', ...more] = commandsIn(`contexts/${context}/README.md`).filter((code) =>
        code.includes('curl'),
      );
      expect(more).to.deep.equal([]);
      expect(await runCommands(await sharedPlatform(), commands)).to.match(expectedOutput);
    });
});
