import type { IncomingMessage } from 'node:http';
import type { NewUser, Users } from '../security/users.ts';
import { Problem, readBody, type Answer } from './answer.ts';

const BODY_BYTES_MAX = 64 * 1024;
const NAME = /^[^\s:$/]{1,100}$/;

/** `POST /users/` with `{loginName, fullName, groups, password}`. */
export const createUser = async (users: Users, request: IncomingMessage): Promise<Answer> => {
  const user = parseUser(await readBody(request, BODY_BYTES_MAX));
  const { kind } = await users.create(user);
  if (kind !== 'appended') throw new Problem(409, 'user-exists', `There is a user ${user.loginName} already`);
  return { status: 201, headers: { location: `/users/${encodeURIComponent(user.loginName)}` } };
};

const parseUser = (text: string): NewUser => {
  const { loginName, fullName = '', groups = [], password } = parseObject(text);
  if (typeof loginName !== 'string' || !NAME.test(loginName)) {
    throw invalid('loginName is 1 to 100 characters without spaces, colons, slashes and dollar signs');
  }
  if (typeof password !== 'string' || password === '') throw invalid('password is missing');
  if (typeof fullName !== 'string') throw invalid('fullName is no text');
  const areNames = Array.isArray(groups) && groups.every((group) => typeof group === 'string');
  if (!areNames) throw invalid('groups is no list of names');
  return { loginName, fullName, groups, password };
};

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    throw invalid('The body is not JSON');
  }
};

const invalid = (why: string): Problem => new Problem(400, 'bad-user', why);
