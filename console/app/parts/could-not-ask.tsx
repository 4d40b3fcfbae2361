import { RequestFailed } from '../api/http.ts';

type Props = { readonly what: string; readonly error: Error; readonly retry?: () => void };

/** In place of data that could not be had: never an empty table. */
export const CouldNotAsk = ({ what, error, retry }: Props) => {
  const correlationId = error instanceof RequestFailed ? error.correlationId : undefined;
  return (
    <div class="could-not-ask" role="alert">
      <p>
        <strong>Could not ask for {what}.</strong> {error.message}
        {correlationId === undefined ? null : (
          <>
            {' '}
            Correlation id <code>{correlationId}</code>.
          </>
        )}
      </p>
      {retry === undefined ? null : (
        <button type="button" onClick={retry}>
          Ask again
        </button>
      )}
    </div>
  );
};

/** While the first answer is on its way. */
export const Loading = ({ what }: { readonly what: string }) => (
  <p class="loading" role="status">
    Asking for {what} …
  </p>
);
