/** The folders of the platform's own code. */
const OWN_FOLDERS = ['/contexts/', '/building-blocks/', '/gateway/', '/infra/', '/tools/'];

const LINES_MAX = 40;
const LINE_LENGTH_MAX = 500;

/** The place that a line of a stack names, from the folder of its workspace on. */
const ownPlaceIn = (line: string): string | undefined => {
  const start = OWN_FOLDERS.map((folder) => line.indexOf(folder)).find((at) => at >= 0);
  if (start === undefined || line.includes('/node_modules/')) return undefined;
  return line.slice(start + 1).replace(')', '');
};

/** The first line of an error's stack that is in the platform's own code. */
export const ownFrameOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const lines = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const places = lines.slice(0, LINES_MAX).map((line) => ownPlaceIn(line.slice(0, LINE_LENGTH_MAX)));
  return places.find((place) => place !== undefined);
};
