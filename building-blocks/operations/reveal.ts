import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import { readPage } from '@lego-moc/event-store/stream-pages';
import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Category } from './categories.ts';

export type Leaf = string | number | boolean | null;

const SECRET = problem(403, 'field-secret', 'This is a secret, or sealed: nobody is shown it, for no reason.');
const UNKNOWN = problem(404, 'event-unknown', 'There is no such event.');
const NO_VALUE = problem(422, 'field-unknown', 'The event has no single value there. Name a field that is masked.');
const ERASURE = problem(410, 'erased', 'What this stream was about is erased. Nothing of it is shown any more.');

/** `wishlist.WishlistErased.v2` is a form of `WishlistErased`. */
const eventName = (storedType: string): string => storedType.split('.')[1] ?? storedType;

const valueAt = (data: unknown, steps: readonly string[]): unknown => {
  let value = data;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
};

const isLeaf = (value: unknown): value is Leaf =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * One value of an event of the service's own streams, or why it is not shown. Throws `EventStoreUnavailable`.
 */
export const revealField = async (
  client: EventStoreClient,
  { codec: { visibility } }: Category,
  { stream, revision, field }: { readonly stream: string; readonly revision: bigint; readonly field: string },
): Promise<{ readonly value: Leaf } | ProblemReply> => {
  const steps = field.split('.');
  // A codec that shows nothing has not been looked through yet.
  if (visibility.shown.length === 0 || steps.some((step) => visibility.secret?.includes(step) === true)) return SECRET;
  const [event] = await readPage(client, stream, { direction: 'forwards', from: revision, limit: 1 });
  if (event?.revision !== revision) return UNKNOWN;
  const erasures = new Set(visibility.erasedBy);
  for await (const { type } of readStreamEvents(client, stream)) if (erasures.has(eventName(type))) return ERASURE;
  const value = valueAt(event.data, steps);
  return isLeaf(value) ? { value } : NO_VALUE;
};
