import type { ServiceListing } from '../model/listing.ts';
import { CouldNotAsk, Loading } from './could-not-ask.tsx';

/** Above a table of several services: which of them are missing in it, and why. */
export const Unreachable = ({ listings }: { readonly listings: readonly ServiceListing[] }) => {
  const pending = listings.filter(({ isPending }) => isPending).map(({ service }) => service);
  return (
    <>
      {listings.map(({ service, failure }) =>
        failure === undefined ? null : (
          <CouldNotAsk key={service} what={`the subscriptions of ${service}`} error={failure} />
        ),
      )}
      {pending.length > 0 ? <Loading what={pending.join(', ')} /> : null}
    </>
  );
};
