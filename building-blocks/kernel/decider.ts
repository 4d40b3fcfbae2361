/** A command refused for a business reason. A value, not an exception: refusal is an answer. */
export type Rejection<Code extends string = string> = {
  readonly rejected: Code;
  readonly because: string;
};

/** What a decision comes to: the facts that follow from the command, or the reason why none do. */
export type Decision<Event, Code extends string> = readonly Event[] | Rejection<Code>;

/** An aggregate as three pure functions over JSON. */
export type Decider<Command, State, Event, Code extends string> = {
  readonly initial: State;
  /** Returns `[]` when the command asks for what is already so: every command may be retried. */
  readonly decide: (command: Command, state: State) => Decision<Event, Code>;
  /** Never rejects: events are history. */
  readonly evolve: (state: State, event: Event) => State;
};

/** Refuses a command: `rejected` is a stable kebab-case code, `because` a sentence for the person who asked. */
export const reject = <Code extends string>(rejected: Code, because: string): Rejection<Code> => ({
  rejected,
  because,
});

/** Tells a refusal from any other outcome. */
export const isRejection = <Code extends string>(value: object): value is Rejection<Code> => 'rejected' in value;

/** The default branch of a switch over a closed union: does not compile while a case is missing. */
export const unreachable = (value: never): never => {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
};
