import CircuitBreaker from 'opossum';

/** Half of at least ten within ten seconds must fail before the door is shut. */
const SETTINGS = {
  timeout: false as const,
  errorThresholdPercentage: 50,
  volumeThreshold: 10,
  rollingCountTimeout: 10_000,
  // Otherwise all latencies of ten seconds are sorted each second, for nobody.
  rollingPercentilesEnabled: false,
  enableSnapshots: false,
};

export type BreakerOptions = {
  readonly name: string;
  /** Before what kept failing is tried again, once. */
  readonly breakerMs: number;
  /** Failures that say nothing about the health of what is asked. */
  readonly isHarmless: (error: unknown) => boolean;
  readonly onChange: (isOpen: boolean) => void;
};

export type Breaker<Asked, Answer> = {
  readonly send: (asked: Asked) => Promise<Answer>;
  readonly shutdown: () => void;
};

/** Whether nobody was asked, because the breaker is open. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER';

/**
 * Asks no more for a while once asking keeps failing. While all is well, opossum is told of outcomes only: its own way
 * around each call makes three promises and waits for them.
 */
export const breaker = <Asked, Answer>(
  ask: (asked: Asked) => Promise<Answer>,
  { name, breakerMs, isHarmless, onChange }: BreakerOptions,
): Breaker<Asked, Answer> => {
  const circuit: CircuitBreaker<[() => Promise<Answer>], Answer> = new CircuitBreaker(
    (attempt: () => Promise<Answer>) => attempt(),
    {
      ...SETTINGS,
      name,
      resetTimeout: breakerMs,
      // A trial that says nothing of its health has not shown that it is well.
      errorFilter: (error: unknown) => circuit.closed && isHarmless(error),
    },
  );
  circuit.on('open', () => onChange(true));
  circuit.on('close', () => onChange(false));

  const answered = (answer: Answer): Answer => {
    circuit.emit('fire');
    circuit.emit('success', answer, 0);
    return answer;
  };
  const failed = (error: unknown): never => {
    // What began before the door was shut is no trial.
    if (circuit.closed) circuit.fire(() => Promise.reject(error as Error)).catch(() => undefined);
    throw error;
  };

  /** A trial that took longer than the others were kept out for has shown no less. */
  const wellAgain = (answer: Answer): Answer => {
    if (!circuit.isShutdown) circuit.close();
    return answer;
  };

  /** Refused, but for the one on trial. That one keeps the others out for as long as it takes, but not for longer than this. */
  const whileShut = (asked: Asked): Promise<Answer> => {
    if (!circuit.pendingClose) return circuit.fire(() => ask(asked));
    const patience = setTimeout(() => {
      if (circuit.halfOpen) circuit.open();
    }, breakerMs);
    return circuit
      .fire(() => ask(asked))
      .then(wellAgain)
      .finally(() => clearTimeout(patience));
  };

  return {
    send: (asked) => (circuit.closed ? ask(asked).then(answered, failed) : whileShut(asked)),
    shutdown: () => circuit.shutdown(),
  };
};
