import type { ColumnMapping, TableSample } from '../../domain/column-mapping.ts';
import type { Failure } from '../../domain/file-job-events.ts';
import type { Portion } from '../../application/ports/parts-list-reader.ts';

/** What a reading worker gets: how to read, then bytes as it asks for them, and leave to send another portion. */
export type ReadingRequest =
  | { readonly type: 'read'; readonly mapping: ColumnMapping | undefined }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'continue' };

/** What it answers; `unreadable`, `bug` and `end` are the last message of a file. */
export type ReadingReply =
  | { readonly type: 'next-bytes' }
  | { readonly type: 'portion'; readonly portion: Portion }
  | { readonly type: 'unreadable'; readonly failure: Failure; readonly sample: TableSample | undefined }
  | { readonly type: 'bug'; readonly stack: string }
  | { readonly type: 'end' };
