import { expect } from 'chai';
import { auditHoursFrom } from './audit-schedule.ts';

describe('the setting of the audit', () => {
  it('is a week unless it says otherwise, and 0 for none', () => {
    expect(auditHoursFrom(undefined)).to.equal(168);
    expect(auditHoursFrom('24')).to.equal(24);
    expect(auditHoursFrom('0')).to.equal(0);
  });

  it('refuses what is no number of hours', () => {
    expect(() => auditHoursFrom('weekly')).to.throw('AUDIT_EVERY_HOURS');
    expect(() => auditHoursFrom('-1')).to.throw('AUDIT_EVERY_HOURS');
  });
});
