export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** A fact or an intention. Data is plain JSON, so what was stored reads back as what was meant. */
export type Message<Type extends string = string, Data extends JsonObject = JsonObject> = {
  readonly type: Type;
  readonly data: Data;
};

declare const brand: unique symbol;

/** A `T` of one kind only: a `MocId` is no `UserId`. Costs nothing at run time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An ISO 8601 instant in UTC. Not a `Date`: a `Date` does not survive JSON. */
export type Instant = Brand<string, 'Instant'>;

/** A person known to the Auth Service, by the `sub` of the token. */
export type UserId = Brand<string, 'UserId'>;
