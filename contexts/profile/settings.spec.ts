import { inspect } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { settings } from './settings.ts';

const GOOD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const secretsIn = (IDENTITY_WEBHOOK_SECRETS?: string) =>
  z.object(settings).parse({ IDENTITY_WEBHOOK_SECRETS }).IDENTITY_WEBHOOK_SECRETS;

const refusalOf = (secrets: string): unknown => {
  try {
    return secretsIn(secrets);
  } catch (error) {
    return error;
  }
};

describe('the settings of the service', () => {
  it('take any number of webhook secrets, or none', () => {
    expect(secretsIn()).to.equal(undefined);
    expect(secretsIn(GOOD)).to.deep.equal([GOOD]);
    expect(secretsIn(`${GOOD} , ${GOOD},`)).to.deep.equal([GOOD, GOOD]);
  });

  for (const weak of ['whsec_', 'whsec_****', '***', 'Y2FuYXJ5', `${GOOD},Y2FuYXJ5`])
    it(`refuse “${weak}” as webhook secrets, naming the variable and not the value`, () => {
      const refusal = refusalOf(weak);
      expect(refusal).to.be.instanceOf(Error).with.property('name', 'ZodError');
      expect(inspect(refusal)).to.include('IDENTITY_WEBHOOK_SECRETS').and.include('24 bytes').and.not.include(weak);
      expect(inspect(refusal)).not.to.include('Y2FuYXJ5');
    });
});
