import CircuitBreaker from 'opossum';

/** Opens when more than half of at least ten attempts within ten seconds fail. */
const SETTINGS = {
  timeout: false as const,
  errorThresholdPercentage: 50,
  volumeThreshold: 10,
  rollingCountTimeout: 10_000,
  // Percentiles are not used, and opossum would sort ten seconds of latencies every second.
  rollingPercentilesEnabled: false,
  enableSnapshots: false,
};

export type BreakerOptions = {
  readonly name: string;
  /** Milliseconds from opening to the half-open probe. */
  readonly resetMs: number;
  /** Failures that are no evidence of the called service's health. */
  readonly isHarmless: (error: unknown) => boolean;
  readonly onChange: (isOpen: boolean) => void;
};

export type Breaker<Input, Result> = {
  /** Makes the attempt, or rejects at once with an error for which `isBreakerOpen` holds. */
  readonly run: (input: Input) => Promise<Result>;
  readonly isOpen: () => boolean;
  readonly shutdown: () => void;
};

/** Whether the attempt was not made because the breaker is open. */
export const isBreakerOpen = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER';

/**
 * Makes no attempts for `resetMs` once more than half of them fail, then a single probe: its success closes the breaker,
 * its failure opens it again. A probe keeps other attempts out for at most `resetMs`, and closes the breaker however
 * late it succeeds. A harmless failure of a probe is no success.
 */
export const circuitBreaker = <Input, Result>(
  attempt: (input: Input) => Promise<Result>,
  { name, resetMs, isHarmless, onChange }: BreakerOptions,
): Breaker<Input, Result> => {
  const circuit: CircuitBreaker<[Input], Result> = new CircuitBreaker(attempt, {
    ...SETTINGS,
    name,
    resetTimeout: resetMs,
    errorFilter: (error: unknown) => circuit.closed && isHarmless(error),
  });
  circuit.on('open', () => onChange(true));
  circuit.on('close', () => onChange(false));

  const probe = async (input: Input): Promise<Result> => {
    const timer = setTimeout(() => {
      if (circuit.halfOpen) circuit.open();
    }, resetMs);
    try {
      const result = await circuit.fire(input);
      if (!circuit.isShutdown) circuit.close();
      return result;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    run: (input) => (circuit.pendingClose ? probe(input) : circuit.fire(input)),
    isOpen: () => circuit.opened,
    shutdown: () => circuit.shutdown(),
  };
};
