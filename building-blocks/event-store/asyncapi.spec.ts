import { expect } from 'chai';
import { z } from 'zod';
import { asyncApiDocument } from './asyncapi.ts';

describe('the AsyncAPI document of a context', () => {
  const document = asyncApiDocument('toys', {
    'toy.made': z.object({ toyId: z.uuid(), colour: z.enum(['red', 'blue']).optional() }),
    'toy.broken': z.object({ toyId: z.uuid() }),
  });

  it('has a channel with a message and a schema per event type', () => {
    expect(document.channels['toys']).to.deep.include({
      address: 'toys.{eventType}',
      messages: {
        'toy.made': { $ref: '#/components/messages/toy.made' },
        'toy.broken': { $ref: '#/components/messages/toy.broken' },
      },
    });
    expect(document.components.messages['toy.made']).to.deep.include({
      payload: { $ref: '#/components/schemas/toy.made' },
    });
    expect(document.operations['publish-toys']).to.deep.include({ action: 'send' });
  });

  it('describes whole messages: one parses by its schema, and not by that of another type', () => {
    const schemaOf = (type: string) => z.fromJSONSchema(document.components.schemas[type] ?? {});
    const message = {
      ...{ eventType: 'toy.made', eventId: '0190f6a0-7d4b-5c1e-9f2a-3b6c8d0e1f2a', correlationId: 'c', source: 'toys' },
      ...{ timestamp: '2026-01-01T12:00:00.000Z', subject: 't', revision: '0' },
      payload: { toyId: '0190f6a0-7d4b-7abc-8def-0123456789ab', added: 'by a later release' },
    };
    expect(schemaOf('toy.made').safeParse(message).success).to.equal(true);
    expect(schemaOf('toy.broken').safeParse(message).success).to.equal(false);
    expect(schemaOf('toy.made').safeParse({ ...message, payload: {} }).success).to.equal(false);
    expect(schemaOf('toy.made').safeParse({ ...message, revision: 'first' }).success).to.equal(false);
  });

  it('has no channel for a context that publishes nothing', () => {
    expect(asyncApiDocument('toys', {})).to.deep.include({ channels: {}, operations: {} });
  });
});
