import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { DEFAULT_PREFERENCES } from '../../domain/profile.ts';
import { userKey } from './user-key.ts';

const ada = 'ada' as UserId;
const bytes = randomBytes(32);
const key = userKey(ada, bytes);
const person = { displayName: 'Ada “Ø”', bio: 'Cranes\nand ships', location: '', website: '' };

describe('sealing personal data', () => {
  it('opens a sealed value', () => {
    expect(key.open('person', key.seal('person', person))).to.deep.equal(person);
    expect(key.open('email', key.seal('email', null))).to.equal(null);
    expect(key.open('preferences', key.seal('preferences', DEFAULT_PREFERENCES))).to.deep.equal(DEFAULT_PREFERENCES);
  });

  it('never gives the same text twice', () => {
    expect(key.seal('email', 'a@x.example')).not.to.equal(key.seal('email', 'a@x.example'));
  });

  for (const [label, other, part] of [
    ['another key', userKey(ada, randomBytes(32)), 'person'],
    ['the same key in the name of somebody else', userKey('bob' as UserId, bytes), 'person'],
    ['the same key as another part', key, 'email'],
  ] as const)
    it(`is not opened by ${label}`, () => {
      expect(() => other.open(part, key.seal('person', person))).to.throw();
    });

  it('detects every changed, missing and added byte', () => {
    const sealedEmail = Buffer.from(key.seal('email', 'a@x.example'), 'base64url');
    for (let at = 0; at < sealedEmail.length; at += 1) {
      const tamperedEmail = Buffer.from(sealedEmail);
      tamperedEmail.writeUInt8(tamperedEmail.readUInt8(at) ^ 1, at);
      expect(() => key.open('email', tamperedEmail.toString('base64url')), `byte ${String(at)}`).to.throw();
    }
    expect(() => key.open('email', sealedEmail.subarray(0, -1).toString('base64url'))).to.throw();
    expect(() => key.open('email', '')).to.throw();
  });
});

/**
 * Every form that was ever stored must open, in any release: a line is added with each form, and none is ever changed.
 */
describe('opening stored forms of sealed data', () => {
  const then = userKey(ada, Buffer.from('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', 'base64'));

  it('opens a person of the first form', () => {
    const sealedPerson =
      'u9IV7WnWCKXMEuhGtzVJyrqxhJ1QFOkAbYZkwY2sRM1kV2afV065Ucxzi-YTwLQl7w3YAIDe1A_VN_KpSMo2TOM86yUH14vc-opKj_tDS8BXtvK2ZNprOwMYE04fC_A';
    const first = { displayName: 'Ada', bio: 'Cranes', location: 'Graz', website: '' };
    expect(then.open('person', sealedPerson)).to.deep.equal(first);
  });

  it('opens an address of the first form', () => {
    const sealedEmail = 'WQr87oIQxiITHMJ69I8UwhsfMOiqK6s49IA35Z0X_0nr9F-Js9gw5sibxLN_LtmV';
    expect(then.open('email', sealedEmail)).to.equal('ada@bricks.example');
  });

  it('opens preferences of the first form', () => {
    const sealedPreferences =
      'yuTvd8_nosJm9UBTHSiv7A-M0BJwjiEFqzl3C-uDzKwvfKxy1XRQIpSoqwywBVBDiQk-a9Ta5SEo0wnthfJLD_YKTWU-BnRIYABb1BQmRMdjQxMmamX9_SGrUL_ZWaahzT03H7er-MX7fLRIwImhKCAMmzEMU5NqXb5fxX8RW9Ta';
    const first = {
      colourScheme: 'dark',
      language: 'de-AT',
      currency: 'EUR',
      listView: 'grid',
      partNames: 'bricklink',
    };
    expect(then.open('preferences', sealedPreferences)).to.deep.equal(first);
  });

  it('opens the preview of an avatar, and that there is none', () => {
    const preview = { width: 512, height: 512, blurhash: 'L00000fQfQfQfQfQfQfQfQfQfQfQ', dominantColour: '#102030' };
    expect(then.open('avatarPreview', then.seal('avatarPreview', preview))).to.deep.equal(preview);
    expect(then.open('avatarPreview', then.seal('avatarPreview', null))).to.equal(null);
  });
});
