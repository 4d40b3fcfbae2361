import type { z } from 'zod';
import type { Clock } from '@lego-moc/application/clock';
import type { Logger } from '@lego-moc/logger/logger';

/** What a resource may ask of the service that opens it. */
export type Opening = {
  /** The name of the service. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Reads these variables from the environment. Throws a `ZodError` that names what is missing or wrong. */
  readonly read: <Shape extends z.ZodRawShape>(shape: Shape) => z.output<z.ZodObject<Shape>>;
  /** The resource of this service; opened when nobody has used it before. */
  readonly use: <T>(resource: Resource<T>) => T;
};

/**
 * A thing that a service has once: opened at first use, closed after everything else has stopped, replaced in tests
 * by `override`. Opening only prepares: nothing starts to work by itself.
 */
export type Resource<T> = {
  /** Unique within a service. */
  readonly name: string;
  readonly open: (from: Opening) => T;
  readonly close?: ((resource: T) => unknown) | undefined;
};

export type Override = { readonly name: string; readonly value: unknown };

/** Puts `value` in the place of a resource; whoever made it closes it. */
export const override = <T>({ name }: Pick<Resource<T>, 'name'>, value: T): Override => ({ name, value });
