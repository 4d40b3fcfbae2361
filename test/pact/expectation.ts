import { MatchersV3 } from '@pact-foundation/pact';

const { like } = MatchersV3;

/** One request and answer that a client of the platform depends on, as the gateway passes them on. */
export type Expectation = {
  readonly state: string;
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or an image. */
  readonly body?: object | Uint8Array;
  readonly status: number;
  /** JSON; `'a picture'` is an image as the services store them, whatever it shows. */
  readonly reply?: object | 'a picture';
};

/** The smallest PNG that can be decoded: one pixel. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** Sent as an image, and cannot be decoded. */
export const NO_PICTURE = Buffer.from('\x89PNG\r\n\x1a\n, or so it says', 'latin1');

export const mediaTypeOf = (body: object): string => (body instanceof Uint8Array ? 'image/png' : 'application/json');

/** A body in wire format. */
export const wireBody = (body: object): string | Buffer =>
  body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);

/** Controls of the provider, to bring it into a state. */
export type Setup = {
  /** The user in whose name the next request is verified. */
  readonly user: string;
  readonly send: (method: string, path: string, body?: object | FormData) => Promise<unknown>;
  /** The same as the consumer, to routes for services. */
  readonly sendAsConsumer: (method: string, path: string, body: object, mediaType?: string) => Promise<unknown>;
  /** An id that nothing has yet. */
  readonly newResourceId: string;
};

/** Brings the service into a state; returns the id that replaces the one in the path of the contract, if any. */
export type State = (setup: Setup) => Promise<string | undefined>;

export type Contract = {
  readonly consumer: string;
  readonly provider: string;
  readonly expectations: readonly Expectation[];
  /** Whether the consumer asks on its own account, and not for a user. */
  readonly onOwnAccount?: boolean;
  /** The id in the contract's paths. */
  readonly knownId: string;
  readonly states: Readonly<Record<string, State>>;
};

/** Problem details as every service gives them. */
export const problem = (code: string, status: number) => ({
  type: `urn:lego-moc:problem:${code}`,
  status,
  title: like('Said briefly'),
  detail: like('Said to a person.'),
  correlationId: like('c-1'),
});

/** Each state has a user of its own, so most states are reached by plain requests. */
export const nothingYet: State = () => Promise.resolve(undefined);
