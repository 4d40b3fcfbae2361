import { getJson, request, RequestFailed } from './http.ts';
import { session, signInOptions, type Session } from './shapes.ts';

const PATH = '/console/api/session';

/** Who is signed in; `null` when nobody is. */
export const fetchSession = async (signal?: AbortSignal): Promise<Session | null> => {
  try {
    return await getJson(session, PATH, signal);
  } catch (error) {
    if (error instanceof RequestFailed && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
};

export const fetchSignInOptions = (signal?: AbortSignal) => getJson(signInOptions, '/console/api/sign-in', signal);

/** Makes an operator's token the session. */
export const signIn = async (token: string): Promise<void> => {
  await request(PATH, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
};

/** Signs in with a token of the development issuer. */
export const signInForDevelopment = async (roles: 'read' | 'act'): Promise<void> => {
  await request(`/console/api/development-session?roles=${roles}`, { method: 'POST' });
};

export const signOut = async (): Promise<void> => {
  await request(PATH, { method: 'DELETE' });
};
