import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { Route, Switch } from 'wouter-preact';
import { fetchSession, signOut } from './api/session.ts';
import { SessionContext } from './parts/session-context.ts';
import { CouldNotAsk, Loading } from './parts/could-not-ask.tsx';
import { Shell } from './parts/shell.tsx';
import { SCREENS } from './screens.tsx';
import { SignIn } from './screens/sign-in.tsx';

const SESSION_REFRESH_MS = 60_000;

/** Signs in, then shows the screen that the URL names. */
export const Console = () => {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => fetchSession(signal),
    refetchInterval: SESSION_REFRESH_MS,
  });
  if (data === undefined)
    return (
      <main class="bare">
        {error === null ? (
          <Loading what="your session" />
        ) : (
          <CouldNotAsk what="your session" error={error} retry={() => void refetch()} />
        )}
      </main>
    );
  if (data === null) return <SignIn onSignIn={() => void queries.resetQueries()} />;

  const leave = async (): Promise<void> => {
    await signOut();
    queries.clear();
    await refetch();
  };
  return (
    <SessionContext.Provider value={data}>
      <Shell user={data.user} onSignOut={() => void leave()}>
        <Switch>
          {SCREENS.map(({ path, Screen }) => (
            <Route key={path} path={path}>
              <Screen />
            </Route>
          ))}
          <Route>
            <h1>There is no such page</h1>
            <p>The menu lists what there is.</p>
          </Route>
        </Switch>
      </Shell>
    </SessionContext.Provider>
  );
};
