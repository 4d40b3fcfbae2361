import type { Request } from 'express';
import type { Cause } from '@lego-moc/application/event-streams';
import { userOf } from '@lego-moc/http/caller';
import { causeOf, idempotencyKeyOf } from '@lego-moc/http/cause';
import { refuse } from '@lego-moc/http/problem';

/** Refuses with 401 or 403 a caller who has not this role. */
export const requireRoleOf = (request: Request, role: string): void => {
  if (!userOf(request).roles.includes(role)) refuse(403, 'role-missing', `This needs the role ${role}.`);
};

/**
 * The cause of a change that an operator makes. Refuses with 403 who may only look, and with 400 a request without an
 * Idempotency-Key: a change that is sent twice by accident happens once.
 */
export const causeOfChange = (request: Request, role = 'operator:act'): Cause => {
  requireRoleOf(request, role);
  if (idempotencyKeyOf(request) === undefined)
    refuse(400, 'idempotency-key-missing', 'Send an Idempotency-Key, and the same one when you repeat the request.');
  return causeOf(request);
};
