import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../../domain/file-events.ts';
import type { RoleQuotaSet } from '../../domain/role-quotas.ts';
import type { StorageAccountEvent } from '../../domain/storage-account-events.ts';

const owner = z.string().transform((id) => id as UserId);
const attempt = z.string().transform((key) => key as ContentKey);
const bytes = z.int().nonnegative();

/** The stored forms of the events in `storageAccount-<id>`. */
export const storageAccountCodec = codecFor<StorageAccountEvent>('file-storage', {
  SpaceReserved: [{ schema: z.object({ owner, attempt, bytes }) }],
  ReservationReleased: [{ schema: z.object({ attempt }) }],
  FileCounted: [
    {
      schema: z.object({
        owner,
        attempt,
        fileId: z.string().transform((id) => id as FileId),
        sha256: z.string(),
        size: bytes,
        contentKey: attempt,
      }),
    },
  ],
  FileUncounted: [{ schema: z.object({ attempt }) }],
  QuotaSet: [{ schema: z.object({ owner, bytes: bytes.nullable(), setBy: owner }) }],
}).showing({ shown: ['owner', 'bytes', 'fileId', 'size', 'setBy'], secret: ['attempt', 'contentKey'] });

/** The stored form of the event in `storageQuotas-all`. */
export const roleQuotasCodec = codecFor<RoleQuotaSet>('file-storage', {
  RoleQuotaSet: [{ schema: z.object({ role: z.string(), bytes: bytes.nullable(), setBy: owner }) }],
}).showing({ shown: ['role', 'bytes', 'setBy'] });
