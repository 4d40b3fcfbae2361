import type { Request } from 'express';
import { refuse } from './problem.ts';

const REVISION_TAG = /^"(\d{1,19})"$/;
const OTHER_TAG = /^(W\/)?"[^"]*"$/;

/**
 * The revision that the client's `If-Match` demands; `undefined` when it demands none (or sent `*`). Refuses a header
 * that is no entity tag with 400, and a tag that can match no revision with 412.
 */
export const expectedRevision = (request: Request): bigint | undefined => {
  const tag = request.get('if-match');
  if (tag === undefined || tag === '*') return undefined;
  const revision = REVISION_TAG.exec(tag)?.[1];
  if (revision !== undefined) return BigInt(revision);
  return OTHER_TAG.test(tag)
    ? refuse(412, 'revision-moved', 'If-Match names another revision than the current one.')
    : refuse(400, 'if-match-invalid', 'If-Match takes one entity tag as the ETag header gave it, e.g. "3".');
};
