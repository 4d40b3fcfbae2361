import { useSearchParams } from 'wouter-preact';

/** The address of a screen with the parameters of its view. */
export const linkTo = (screen: string, params: Readonly<Record<string, string>>): string =>
  `/${screen}?${new URLSearchParams(params).toString()}`;

/** Makes addresses of this screen that keep its filter and order, and choose something in it. */
export const useLinkHere = (screen: string): ((params: Readonly<Record<string, string>>) => string) => {
  const [current] = useSearchParams();
  return (params) => linkTo(screen, { ...Object.fromEntries(current), ...params });
};
