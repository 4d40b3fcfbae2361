import { expect } from 'chai';
import { basicAuthentication } from './basic-authentication.ts';

const authenticate = basicAuthentication({ admin: 'brick:by:brick', ops: 'stud' }, { find: () => undefined });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('basic authentication', () => {
  it('accepts the users with their passwords', () => {
    expect(authenticate(basic('admin:brick:by:brick'))).to.deep.equal({ name: 'admin', groups: ['$admins'] });
    expect(authenticate(basic('ops:stud'))).to.deep.equal({ name: 'ops', groups: ['$ops'] });
  });

  it('distinguishes no credentials from wrong ones', () => {
    expect(authenticate(undefined)).to.equal('anonymous');
    for (const wrong of ['admin:stud', 'ada:stud', 'ops:', 'ops', '']) {
      expect(authenticate(basic(wrong))).to.equal('wrong');
    }
    expect(authenticate('Bearer token')).to.equal('wrong');
  });
});
