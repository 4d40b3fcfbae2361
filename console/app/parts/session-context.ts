import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Session } from '../api/shapes.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** The operator who is signed in. Throws outside of a session. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('Only screens of a session are signed in');
  return session;
};

/** Whether the operator may change something. */
export const useMayAct = (): boolean => useSession().user.roles.includes('operator:act');

/** Whether the operator may see a masked value for a reason. */
export const useMayReveal = (): boolean => useSession().user.roles.includes('operator:reveal');
