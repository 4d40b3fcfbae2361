export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
/** Each where the one before it ended, so that a line is read once. */
const LABEL = /,?([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/gy;

const unescape = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_whole, letter: string) => (letter === 'n' ? '\n' : letter));

/** The samples of metrics in Prometheus' text form whose names are asked for; other lines are passed over. */
export const samplesOf = (text: string, names: ReadonlySet<string>): readonly Sample[] =>
  text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    if (!names.has(name)) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, key = '', content = '']) => [key, unescape(content)] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
