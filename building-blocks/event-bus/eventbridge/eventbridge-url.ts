import { z } from 'zod';

/** The bus of a URL `eventbridge:BUS?region=REGION`, and for tests `&endpoint=http://…`. */
export type EventBridgeAddress = {
  readonly bus: string;
  readonly region: string;
  /** Unset for AWS itself. */
  readonly endpoint?: string | undefined;
};

const addressSchema = z.object({
  bus: z.string().regex(/^[\w./:-]{1,1600}$/),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  endpoint: z.url().optional(),
});

/** Whether a URL names a bus of EventBridge. */
export const isEventBridgeUrl = (url: string): boolean => url.startsWith('eventbridge:');

/** Parses `eventbridge:BUS?region=REGION`; `undefined` for anything else. */
export const parseEventBridgeUrl = (url: string): EventBridgeAddress | undefined => {
  const match = /^eventbridge:([^?]+)\?(.*)$/.exec(url);
  if (match === null) return undefined;
  const [, bus, query] = match;
  return addressSchema.safeParse({ bus, ...Object.fromEntries(new URLSearchParams(query)) }).data;
};
