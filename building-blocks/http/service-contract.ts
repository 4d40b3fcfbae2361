/** A path that the gateway publishes, with everything below it. */
export type PublicRoute = {
  /** As the service knows it: `/v1/mocs` is published as `/api/mocs` and `/v1/mocs`, `/files` as `/api/files` only. */
  readonly path: string;
  /** Whom the gateway lets pass. */
  readonly access: 'anyone' | 'user' | 'operator';
};

/** What launcher, gateway, operations and documents need to know of a service: its `contracts/routes.ts`. */
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
  /** Public paths that take files, as Express writes them: they may be larger and take longer than JSON. */
  readonly uploads?: readonly string[];
  /** Paths below its routes that are kept for a service to come, as Express writes them: the gateway answers 404. */
  readonly reserved?: readonly string[];
};

/** The PostgreSQL schema of a service, and the role that owns it. */
export const schemaOf = ({ name }: Pick<ServiceContract, 'name'>): string => name.replaceAll('-', '_');

/** The environment variable that says where a service is. */
export const urlVariableOf = ({ name }: Pick<ServiceContract, 'name'>): string =>
  `${name.toUpperCase().replaceAll('-', '_')}_URL`;

/** Where a service is on one machine, unless its variable says otherwise. */
export const localUrlOf = ({ port }: Pick<ServiceContract, 'port'>): string => `http://127.0.0.1:${port}`;

/** Whether a path is one that Express would take for `pattern` (`/v1/mocs/:mocId`), and exactly that. */
export const pathPattern = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`);
