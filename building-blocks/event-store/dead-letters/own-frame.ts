/** A place in the platform's own code, from the folder of its workspace on. */
const OWN_PLACE = /(?:contexts|building-blocks|gateway|infra|tools)\/[\w./-]{1,300}:\d{1,7}:\d{1,7}/;

/** The first line of an error's stack that is in the platform's own code. */
export const ownFrameOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const lines = (error.stack ?? '').split('\n').slice(1, 40);
  const line = lines.find((text) => !text.includes('node_modules/') && OWN_PLACE.test(text.slice(0, 500)));
  return line === undefined ? undefined : OWN_PLACE.exec(line.slice(0, 500))?.[0];
};
