export type Environment = Readonly<Record<string, string | undefined>>;

export type StartEnvironment = {
  /** What the service is started with. */
  readonly variables: Readonly<Record<string, string>>;
  /** Contents by path, for settings that name files. */
  readonly files: ReadonlyMap<string, string>;
};

const PLACEHOLDER = /\{([A-Z][A-Z0-9_]*)\}/g;
const CONTENT = '_CONTENT';

/**
 * The environment of a service from that of its container. `{NAME}` in a variable that ends in `_URL` is replaced by
 * that variable, percent-encoded; `X_CONTENT` is for the file that `X_PATH` names; an empty variable counts as none.
 * What was replaced or written is not passed on. Throws when a name has no value.
 */
export const startEnvironment = (env: Environment): StartEnvironment => {
  const values = new Map(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
  const valueOf = (name: string, reader: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${reader} needs ${name}, which is not set`);
    return value;
  };
  const consumedNames = new Set<string>();
  const files = new Map<string, string>();
  const variables = new Map(values);
  for (const [name, value] of values) {
    if (name.endsWith('_URL'))
      variables.set(
        name,
        value.replaceAll(PLACEHOLDER, (_match, placeholder: string) => {
          consumedNames.add(placeholder);
          return encodeURIComponent(valueOf(placeholder, name));
        }),
      );
    if (name.endsWith(CONTENT)) {
      consumedNames.add(name);
      files.set(valueOf(`${name.slice(0, -CONTENT.length)}_PATH`, name), value);
    }
  }
  for (const name of consumedNames) variables.delete(name);
  return { variables: Object.fromEntries(variables), files };
};
