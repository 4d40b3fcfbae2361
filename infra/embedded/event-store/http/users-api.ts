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

/** `GET /users/NAME`. */
export const showUser = (users: Users, [loginName = '']: readonly string[]): Answer => {
  const { fullName, groups } = users.find(loginName) ?? unknownUser(loginName);
  return { status: 200, body: { data: { loginName, fullName, groups, disabled: false }, success: true } };
};

/** `PUT /users/NAME` with `{fullName, groups}`. */
export const updateUser = async (
  users: Users,
  request: IncomingMessage,
  [loginName = '']: readonly string[],
): Promise<Answer> => {
  const changes = parseDescription(parseObject(await readBody(request, BODY_BYTES_MAX)));
  if (!(await users.update(loginName, changes))) unknownUser(loginName);
  return { status: 200, body: { loginName, success: true } };
};

const unknownUser = (loginName: string): never => {
  throw new Problem(404, 'user-unknown', `There is no user ${loginName}`);
};

const parseUser = (text: string): NewUser => {
  const { loginName, password, ...description } = parseObject(text);
  if (typeof loginName !== 'string' || !NAME.test(loginName)) {
    throw invalid('loginName is 1 to 100 characters without spaces, colons, slashes and dollar signs');
  }
  if (typeof password !== 'string' || password === '') throw invalid('password is missing');
  return { loginName, password, ...parseDescription(description) };
};

const parseDescription = ({
  fullName = '',
  groups = [],
}: Readonly<Record<string, unknown>>): Pick<NewUser, 'fullName' | 'groups'> => {
  if (typeof fullName !== 'string') throw invalid('fullName is no text');
  const areNames = Array.isArray(groups) && groups.every((group) => typeof group === 'string');
  if (!areNames) throw invalid('groups is no list of names');
  return { fullName, groups };
};

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    throw invalid('The body is not JSON');
  }
};

const invalid = (why: string): Problem => new Problem(400, 'bad-user', why);
