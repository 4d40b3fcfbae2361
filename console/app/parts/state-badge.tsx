const CLASSES: Readonly<Record<string, string>> = {
  ...{ live: 'good', standby: 'good', connecting: 'notice', behind: 'notice', waiting: 'serious', stopped: 'critical' },
};

/** The state of a subscription as a word in its colour. */
export const StateBadge = ({ state }: { readonly state: string }) => (
  <span class={`badge ${CLASSES[state] ?? 'notice'}`}>{state}</span>
);
