/** A command rejected for a business reason. A value, not an exception: a rejection is an answer. */
export type Rejection<Code extends string = string> = {
  readonly rejected: Code;
  readonly because: string;
  /** Numbers that a program would otherwise have to read from the sentence. */
  readonly details?: Readonly<Record<string, number>>;
};

/** The events that follow from a command, or the reason why none do. */
export type Decision<Event, Code extends string> = readonly Event[] | Rejection<Code>;

/** An aggregate as three pure functions over JSON. */
export type Decider<Command, State, Event, Code extends string> = {
  readonly initial: State;
  /** Returns `[]` when the state already is as the command wants it: every command may be retried. */
  readonly decide: (command: Command, state: State) => Decision<Event, Code>;
  /** Never rejects: events are history. */
  readonly evolve: (state: State, event: Event) => State;
};

/** Rejects a command: `code` is a stable kebab-case name, `because` a sentence for the user. */
export const reject = <Code extends string>(
  code: Code,
  because: string,
  details?: Rejection['details'],
): Rejection<Code> => (details === undefined ? { rejected: code, because } : { rejected: code, because, details });

/** Whether a value is a rejection. */
export const isRejection = <Code extends string>(value: object): value is Rejection<Code> => 'rejected' in value;

/** The default branch of a switch over a closed union: does not compile while a case is missing. */
export const unreachable = (value: never): never => {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
};
