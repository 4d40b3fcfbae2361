/**
 * The part of the comparators' types that is used here. Declared so that the root's type check does not need them
 * installed.
 */
declare module '@event-driven-io/emmett' {
  type Handler<State, Event> = (
    store: object,
    stream: string,
    handle: (state: State) => Event[],
  ) => Promise<{ readonly newState: State }>;
  export const CommandHandler: <State, Event>(options: {
    readonly evolve: (state: State, event: Event) => State;
    readonly initialState: () => State;
  }) => Handler<State, Event>;
}

declare module '@event-driven-io/emmett-postgresql' {
  export const getPostgreSQLEventStore: (connectionString: string) => {
    readonly schema: { readonly migrate: () => Promise<unknown> };
  };
}

declare module 'fast-gateway' {
  const gateway: (options: { readonly routes: readonly { readonly prefix: string; readonly target: string }[] }) => {
    readonly start: (port: number, host: string) => Promise<unknown>;
  };
  export = gateway;
}
