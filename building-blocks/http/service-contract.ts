/** A path that the gateway publishes, with everything below it. */
export type PublicRoute = {
  /**
   * In the service's own form: `/v1/mocs` is published as `/api/mocs` and `/v1/mocs`, `/files` as `/api/files` only.
   */
  readonly path: string;
  /** The callers that the gateway admits. */
  readonly access: 'anyone' | 'user' | 'operator';
};

/** The description of a service for launcher, gateway, operations and documents: its `contracts/routes.ts`. */
export type ServiceContract = {
  /** In kebab-case; the folder below `contexts/`, and the audience of its tokens. */
  readonly name: string;
  /** The default port on one machine. */
  readonly port: number;
  /** In a few words, for the overview that `npm start` prints. */
  readonly purpose: string;
  /** PostgreSQL extensions it needs: only a superuser may add them. */
  readonly extensions?: readonly string[];
  readonly routes: readonly PublicRoute[];
  /** Public paths that accept files, in Express's syntax: their requests may be larger and take longer than JSON. */
  readonly uploads?: readonly string[];
  /** Paths below the routes of other services that this one serves, in Express's syntax. */
  readonly within?: readonly string[];
};

/** The PostgreSQL schema of a service, and the role that owns it. */
export const schemaOf = ({ name }: Pick<ServiceContract, 'name'>): string => name.replaceAll('-', '_');

/** The environment variable with the URL of a service. */
export const urlVariableOf = ({ name }: Pick<ServiceContract, 'name'>): string =>
  `${name.toUpperCase().replaceAll('-', '_')}_URL`;

/** The URL of a service on one machine, unless its variable names another. */
export const localUrlOf = ({ port }: Pick<ServiceContract, 'port'>): string => `http://127.0.0.1:${port}`;

/** Whether a path matches `pattern` (`/v1/mocs/:mocId`) exactly, without Express's leniency. */
export const pathPattern = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`);
