import type { z } from 'zod';
import { Refusal } from './envelope.ts';

/** The body as `schema` reads it; 400 with the fields at fault otherwise. */
export const parseBody = <Body>(schema: z.ZodType<Body>, body: unknown): Body => {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new Refusal(400, 'Validation failed', { details });
};

/** Some fields of a body. */
export type Fields<Body> = { readonly [Name in keyof Body]?: Body[Name] | undefined };
