import { expect } from 'chai';
import type { EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { basicAuthentication } from './basic-authentication.ts';
import { usersIn } from './users.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const ada = { loginName: 'ada', fullName: 'Ada', groups: ['$ops', 'builders'], password: 'brick' };

describe('users in the log', () => {
  let log: EventLog;
  before(async () => {
    log = await openEventLog({ mem: true });
    await usersIn(log).create(ada);
  });
  after(() => log.close());

  it('authenticate with their password, before and after it was verified', () => {
    const authenticate = basicAuthentication({ admin: 'a', ops: 'o' }, usersIn(log));
    for (let round = 0; round < 2; round += 1) {
      expect(authenticate(basic('ada:brick'))).to.deep.equal({ name: 'ada', groups: ['$ops', 'builders'] });
      expect(authenticate(basic('ada:stud'))).to.equal('wrong');
      expect(authenticate(basic('bob:brick'))).to.equal('wrong');
    }
  });

  it('are not created twice', async () => {
    expect((await usersIn(log).create({ ...ada, password: 'other' })).kind).to.equal('wrong-expected-revision');
  });

  it('leave no password in the log', () => {
    const text = log.readAll(0n, 'forwards', 10).map(({ data }) => Buffer.from(data).toString());
    expect(text.join()).not.to.contain('brick');
  });
});
