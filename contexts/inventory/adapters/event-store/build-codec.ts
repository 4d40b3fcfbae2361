import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { BuildEvent, BuildId } from '../../domain/builds/build-events.ts';
import type { SectionKey } from '../../domain/section-keys.ts';
import { at, lotKey, owner, source } from './stored-forms.ts';

const subject = { buildId: z.string().transform((id) => id as BuildId), owner, at };
const role = z.enum(['viewer', 'builder']);
const account = z.enum(['stock', 'reserved', 'placed', 'damaged', 'lost']);
const operationId = z.string();
const section = z.string().transform((key) => key as SectionKey);
const lots = z.array(z.object({ lot: lotKey, quantity: z.int(), section: section.optional() }));
const operation = z.union([
  z.object({ operationId, from: account, to: account, location: z.string().nullable(), lots }),
  z.object({ operationId, undoes: z.string() }),
]);

const movements = z.array(z.object({ operationId, isMovedBack: z.boolean() }));

/** Stored forms of a build's events. */
export const buildCodec = codecFor<BuildEvent>('inventory', {
  BuildBegun: [{ schema: z.object({ ...subject, title: z.string(), source: source.nullable() }) }],
  OperationsRecorded: [{ schema: z.object({ ...subject, by: owner, operations: z.array(operation) }) }],
  StockFollowed: [{ schema: z.object({ ...subject, movements }) }],
  BuildInvitationIssued: [{ schema: z.object({ ...subject, invitationId: z.string(), role }) }],
  BuildJoined: [{ schema: z.object({ ...subject, invitationId: z.string(), member: owner, role }) }],
  BuildLeft: [{ schema: z.object({ ...subject, member: owner }) }],
  BuildErased: [{ schema: z.object({ at }) }],
}).showing({
  shown: [
    ...['buildId', 'owner', 'at', 'by', 'kind', 'id', 'operationId', 'from', 'to', 'lot', 'quantity'],
    ...['undoes', 'isMovedBack', 'invitationId', 'role', 'member', 'status'],
  ],
  erasedBy: ['BuildErased'],
});
