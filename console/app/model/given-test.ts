type DomainEvent = { readonly type: string; readonly data?: unknown };

type Given = {
  readonly given: readonly DomainEvent[];
  readonly when: { readonly commandId: string };
  readonly then: readonly DomainEvent[];
};

const list = (events: readonly DomainEvent[]): string => JSON.stringify(events, null, 2).replaceAll('\n', '\n  ');

/** The frame of a test of the decider: the command is not recorded, so that its place is left open. */
export const toTest = (title: string, { given, when, then }: Given): string =>
  [
    `it(${JSON.stringify(title)}, () => {`,
    `  const given = ${list(given)};`,
    `  // The command ${when.commandId} is not recorded. Masked values stand as {"masked": …}.`,
    '  const when = undefined;',
    `  const then = ${list(then)};`,
    '  expect(decide(when, given.reduce(evolve, initial))).to.deep.equal(then);',
    '});',
    '',
  ].join('\n');
