import { useListings } from '../api/subscriptions.ts';
import type { Destination } from '../model/palette.ts';
import { SCREENS } from '../screens.tsx';
import { useSession } from './session-context.ts';

/** All that the palette can go to. */
export const useDestinations = (): readonly Destination[] => {
  const { services } = useSession();
  const subscriptions = useListings(services).flatMap((listing) => listing.subscriptions);
  return [
    ...SCREENS.map(({ title, path }) => ({ title, hint: 'screen', link: path })),
    ...subscriptions.map(({ service, name, readModel }) => ({
      title: name,
      hint: `${readModel === undefined ? 'subscription' : 'projection'} of ${service}`,
      link: `/${readModel === undefined ? 'subscriptions' : 'projection'}?${new URLSearchParams({ service, name }).toString()}`,
    })),
  ];
};
