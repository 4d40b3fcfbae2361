import { Container } from 'inversify';
import { z } from 'zod';
import type { Opening, Override, Resource } from './resource.ts';
import { clock, logger } from './resources/core.ts';

export type Resources = Opening & {
  /** Closes the opened resources, the last one first. */
  readonly close: () => Promise<void>;
};

/**
 * The resources of one service. The only file that knows inversify, which keeps one of each and the overrides of tests.
 */
export const openResources = (name: string, env: NodeJS.ProcessEnv, overrides: readonly Override[] = []): Resources => {
  const container = new Container({ defaultScope: 'Singleton' });
  const closers: (() => unknown)[] = [];
  for (const { name: resource, value } of overrides) container.bind(resource).toConstantValue(value);

  const use = <T>(resource: Resource<T>): T => {
    if (!container.isBound(resource.name)) {
      container.bind<T>(resource.name).toDynamicValue(() => {
        const value = resource.open(opening);
        closers.push(() => resource.close?.(value));
        return value;
      });
    }
    return container.get<T>(resource.name);
  };
  const opening: Opening = {
    ...{ name, use },
    read: (shape) => z.object(shape).parse(env),
    get clock() {
      return use(clock);
    },
    get logger() {
      return use(logger);
    },
  };

  return {
    ...{ name, use, read: opening.read, clock: use(clock), logger: use(logger) },
    close: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
};
