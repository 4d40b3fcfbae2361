import { z } from 'zod';
import { integrationEnvelope } from './integration-events.ts';

type JsonSchema = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, JsonSchema>>;

/** The part of AsyncAPI 3 that is generated here. */
export type AsyncApiDocument = {
  readonly asyncapi: '3.0.0';
  readonly info: JsonSchema & { readonly title: string; readonly version: string };
  readonly defaultContentType: 'application/json';
  readonly channels: Members;
  readonly operations: Members;
  readonly components: { readonly messages: Members; readonly schemas: Members };
};

/** The schema of the payload of each type of integration event that a context publishes. */
export type EventPayloads = Readonly<Record<string, z.ZodType>>;

/** The JSON Schema of a whole integration event: the envelope with its payload. */
const eventSchema = (context: string, eventType: string, payload: z.ZodType): JsonSchema => {
  const schema = integrationEnvelope(payload).extend({ eventType: z.literal(eventType), source: z.literal(context) });
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
};

const messageOf = (eventType: string): JsonSchema => ({
  name: eventType,
  title: eventType,
  contentType: 'application/json',
  correlationId: { location: '$message.payload#/correlationId' },
  payload: { $ref: `#/components/schemas/${eventType}` },
});

const channelOf = (context: string, eventTypes: readonly string[]): JsonSchema => ({
  address: `${context}.{eventType}`,
  title: context,
  description:
    `Integration events of ${context}. On a bus the address is the routing key; within the platform they are on the stream ` +
    `integration-${context}. A message may arrive twice with the same eventId.`,
  parameters: { eventType: { enum: eventTypes, description: 'The type of the event' } },
  messages: Object.fromEntries(eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  bindings: { amqp: { is: 'routingKey', exchange: { name: 'lego-moc.events', type: 'topic', durable: true } } },
});

const operationOf = (context: string): JsonSchema => ({
  action: 'send',
  title: `${context} publishes`,
  channel: { $ref: `#/channels/${context}` },
});

/** The AsyncAPI 3 document of the integration events of one context. Pure; without events, a document without channels. */
export const asyncApiDocument = (context: string, payloads: EventPayloads): AsyncApiDocument => {
  const eventTypes = Object.keys(payloads);
  const isSilent = eventTypes.length === 0;
  return {
    asyncapi: '3.0.0',
    info: { title: context, version: '1.0.0' },
    defaultContentType: 'application/json',
    channels: isSilent ? {} : { [context]: channelOf(context, eventTypes) },
    operations: isSilent ? {} : { [`publish-${context}`]: operationOf(context) },
    components: {
      messages: Object.fromEntries(eventTypes.map((type) => [type, messageOf(type)])),
      schemas: Object.fromEntries(
        Object.entries(payloads).map(([type, payload]) => [type, eventSchema(context, type, payload)]),
      ),
    },
  };
};
