import { expect } from 'chai';
import type { StreamAcl } from '../storage/stream-metadata.ts';
import { isOperator, mayAccess, mayReadAll, type Action, type User } from './access.ts';

const admin: User = { name: 'admin', groups: ['$admins'] };
const ops: User = { name: 'ops', groups: ['$ops'] };

const may = (user: User | undefined, action: Action, stream: string, acl?: StreamAcl) =>
  mayAccess(user, action, stream, (subject) => (subject === 'moc-1' ? acl : undefined));

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

  it('to the whole log and to operations is for operators', () => {
    expect([admin, ops, undefined].map(mayReadAll)).to.deep.equal([true, true, false]);
    expect([admin, ops, { name: 'ada', groups: [] }].map(isOperator)).to.deep.equal([true, true, false]);
  });
});
