import { seededRandom } from '@lego-moc/testing/seeded-random';

/** A choice that the seed decides: the same for the same seed. */
export type Chance = {
  readonly below: (max: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value | undefined;
  readonly happens: (share: number) => boolean;
};

export const chanceOf = (seed: number): Chance => {
  const next = seededRandom((seed * 2_654_435_761) >>> 0);
  return {
    below: (max) => Math.floor(next() * max),
    pick: (values) => values[Math.floor(next() * values.length)],
    happens: (share) => next() < share,
  };
};

export class WorkerKilled extends Error {}

/** Each method of a port may be the last thing that a process does: before its work, or after it. */
export const mortal = <Port extends object>(port: Port, isKilled: () => boolean): Port =>
  new Proxy(port, {
    get: (target, name, receiver): unknown => {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...values: readonly unknown[]): Promise<unknown> => {
        if (isKilled()) throw new WorkerKilled();
        const result: unknown = await Reflect.apply(method, target, values);
        if (isKilled()) throw new WorkerKilled();
        return result;
      };
    },
  });
