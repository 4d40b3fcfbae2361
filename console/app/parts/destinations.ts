import { useListings } from '../api/subscriptions.ts';
import type { Destination } from '../model/palette.ts';
import { SCREENS } from '../screens.tsx';
import { linkTo } from './links.ts';
import { useSession } from './session-context.ts';

/** What a text may name, if it is nothing that is known. */
const textDestinations = (text: string): readonly Destination[] =>
  text === ''
    ? []
    : [
        { title: text, hint: 'as correlation id', link: linkTo('correlation', { id: text }), isGuess: true },
        { title: text, hint: 'as stream', link: linkTo('streams', { stream: text }), isGuess: true },
      ];

/** All that the palette can go to while `text` is typed. Services are asked only while it `isOpen`. */
export const useDestinations = (text: string, isOpen: boolean): readonly Destination[] => {
  const { services } = useSession();
  const subscriptions = useListings(isOpen ? services : []).flatMap((listing) => listing.subscriptions);
  return [
    ...SCREENS.map(({ title, path }) => ({ title, hint: 'screen', link: path })),
    ...subscriptions.map(({ service, name, readModel }) => ({
      title: name,
      hint: `${readModel === undefined ? 'subscription' : 'projection'} of ${service}`,
      link: linkTo(readModel === undefined ? 'subscriptions' : 'projection', { service, name }),
    })),
    ...textDestinations(text.trim()),
  ];
};
