import type { z } from 'zod';
import type { Clock } from '@lego-moc/application/clock';
import type { Logger } from '@lego-moc/logger/logger';

/** The service that opens a resource, as the resource sees it. */
export type Opening = {
  /** The name of the service. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Reads these variables from the environment. Throws a `ZodError` that names the missing or invalid ones. */
  readonly read: <Shape extends z.ZodRawShape>(shape: Shape) => z.output<z.ZodObject<Shape>>;
  /** The resource of this service; opened at its first use. */
  readonly use: <T>(resource: Resource<T>) => T;
};

/**
 * A singleton of a service: opened at first use, closed after everything else has stopped, replaced in tests by
 * `override`. Opening only prepares: no work starts by itself.
 */
export type Resource<T> = {
  /** Unique within a service. */
  readonly name: string;
  readonly open: (from: Opening) => T;
  readonly close?: ((resource: T) => unknown) | undefined;
};

export type Override = { readonly name: string; readonly value: unknown };

/** Replaces a resource by `value`; the caller closes it. */
export const override = <T>({ name }: Pick<Resource<T>, 'name'>, value: T): Override => ({ name, value });
