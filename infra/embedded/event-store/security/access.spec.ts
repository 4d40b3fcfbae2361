import { expect } from 'chai';
import type { StreamAcl } from '../storage/event-log.ts';
import { isOperator, mayAccess, type Action, type User } from './access.ts';
import { BUILT_IN_ACLS, parseDefaultAcls, type DefaultAcls } from './default-acls.ts';

const admin: User = { name: 'admin', groups: ['$admins'] };
const ops: User = { name: 'ops', groups: ['$ops'] };

const may = (
  user: User | undefined,
  action: Action,
  stream: string,
  acl?: StreamAcl,
  defaults: DefaultAcls = BUILT_IN_ACLS,
) =>
  mayAccess(user, action, stream, {
    aclOf: (subject) => (subject === 'moc-1' || subject === '$all' ? acl : undefined),
    defaults: () => defaults,
  });

describe('access to streams', () => {
  it('is granted to every user by default', () => {
    expect(may(ops, 'read', 'moc-1')).to.equal(true);
    expect(may(ops, 'write', '$$moc-1')).to.equal(true);
  });

  it('is denied without credentials', () => {
    expect(may(undefined, 'read', 'moc-1')).to.equal(false);
    expect(may(undefined, 'read', 'moc-1', { read: ['$all'] })).to.equal(false);
  });

  it('to system streams is granted to administrators only', () => {
    expect(may(undefined, 'read', '$ce-moc')).to.equal(false);
    expect(may(ops, 'read', '$ce-moc')).to.equal(false);
    expect(may(admin, 'write', '$ce-moc')).to.equal(true);
    expect(may(ops, 'read', '$$$ce-moc')).to.equal(false);
  });

  it('is granted by name or group of an access list', () => {
    expect(may(ops, 'read', 'moc-1', { read: ['ops'] })).to.equal(true);
    expect(may(ops, 'read', 'moc-1', { read: ['$ops'] })).to.equal(true);
    expect(may(ops, 'read', 'moc-1', { read: ['ada'] })).to.equal(false);
    expect(may(undefined, 'read', 'moc-1', { read: ['ada'] })).to.equal(false);
    expect(may(ops, 'read', 'moc-1', { read: ['$all'] })).to.equal(true);
    expect(may(ops, 'read', 'moc-1', { read: [] })).to.equal(false);
  });

  it('is checked for each action by its own list', () => {
    const acl: StreamAcl = { write: ['ada'], delete: ['ops'], metaRead: ['ada'], metaWrite: ['ops'] };
    expect(may(ops, 'read', 'moc-1', acl)).to.equal(true);
    expect(may(ops, 'write', 'moc-1', acl)).to.equal(false);
    expect(may(ops, 'delete', 'moc-1', acl)).to.equal(true);
    expect(may(ops, 'read', '$$moc-1', acl)).to.equal(false);
    expect(may(ops, 'write', '$$moc-1', acl)).to.equal(true);
  });

  it('is always granted to administrators', () => {
    expect(may(admin, 'write', 'moc-1', { write: [] })).to.equal(true);
  });

  it('to the whole log is granted to administrators, and to those whom its list names', () => {
    expect([admin, ops, undefined].map((user) => may(user, 'read', '$all'))).to.deep.equal([true, false, false]);
    expect(may(ops, 'read', '$all', { read: ['$admins', 'ops'] })).to.equal(true);
  });

  it('that would change the whole log is granted to nobody', () => {
    for (const action of ['write', 'delete'] as const) expect(may(admin, action, '$all')).to.equal(false);
    expect(may(admin, 'write', '$$$all')).to.equal(true);
  });

  it('follows the defaults of $settings where a list says nothing', () => {
    const settings = { $userStreamAcl: { $r: ['ada'], $w: ['ada'] }, $systemStreamAcl: { $r: ['$admins', 'ops'] } };
    const defaults = parseDefaultAcls(Buffer.from(JSON.stringify(settings)));
    expect(may(ops, 'read', 'moc-2', undefined, defaults)).to.equal(false);
    expect(may(ops, 'delete', 'moc-2', undefined, defaults)).to.equal(true);
    expect(may(ops, 'read', '$ce-moc', undefined, defaults)).to.equal(true);
    expect(may(ops, 'write', '$ce-moc', undefined, defaults)).to.equal(false);
    expect(may(ops, 'read', 'moc-1', { read: ['ops'] }, defaults)).to.equal(true);
    expect(parseDefaultAcls(Buffer.from('{"$userStreamAcl":{"$r":7}}'))).to.deep.equal(BUILT_IN_ACLS);
  });

  it('to operations is granted to operators and administrators', () => {
    expect([admin, ops, { name: 'ada', groups: [] }, undefined].map(isOperator)).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });
});
