import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { fetchSignInOptions, signIn, signInForDevelopment } from '../api/session.ts';

/** With a token of the Auth Service, or by one click where the development issuer signs tokens. */
export const SignIn = ({ onSignIn }: { readonly onSignIn: () => void }) => {
  const { data } = useQuery({ queryKey: ['sign-in'], queryFn: ({ signal }) => fetchSignInOptions(signal) });
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<string>();

  const attempt = async (start: () => Promise<void>): Promise<void> => {
    try {
      await start();
      setToken('');
      onSignIn();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <main class="bare sign-in">
      <h1>Operations console</h1>
      <p>For operators of the platform: what needs a person, and what can be done about it.</p>
      {data?.isDevelopment === true ? (
        <section aria-label="Development issuer">
          <button type="button" class="primary" onClick={() => void attempt(() => signInForDevelopment('act'))}>
            Sign in as an operator who acts
          </button>
          <button type="button" onClick={() => void attempt(() => signInForDevelopment('read'))}>
            … who only reads
          </button>
          <p class="faint">The development issuer of this machine signs the token.</p>
        </section>
      ) : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => signIn(token.trim()));
        }}
      >
        <label for="token">Token with the role operator</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <button type="submit">Sign in</button>
      </form>
      {failure === undefined ? null : (
        <p class="could-not-ask" role="alert">
          {failure}
        </p>
      )}
    </main>
  );
};
