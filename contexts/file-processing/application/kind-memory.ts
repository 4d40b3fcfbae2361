import type { Clock } from '@lego-moc/application/clock';
import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { fileKindsDecider, type FileKindsEvent } from '../domain/file-kinds.ts';
import type { KindMemory } from './ports/kind-memory.ts';

/**
 * Keeps each user's decisions in a stream of its own: the next file sees a decision at once, and an erasure is a fact
 * that a replay keeps. The events hold positions of columns and hashes of their names, and nothing from the files.
 */
export const kindMemory = (streams: EventStreams<FileKindsEvent>, now: Clock): KindMemory => {
  const load = currentState(fileKindsDecider, streams);
  const handle = commandHandler(fileKindsDecider, streams);
  return {
    recall: async (owner, kind) => (await load(owner)).decisions.get(kind) ?? {},
    remember: async (owner, kind, decision, cause) => {
      await handle(owner, { type: 'RememberFileKind', data: { owner, kind, decision, at: now() } }, cause);
    },
    list: async (owner) => (await load(owner)).decisions,
    forgetKind: (owner, kind, cause) =>
      handle(owner, { type: 'ForgetFileKind', data: { owner, kind, at: now() } }, cause),
    forget: async (owner, cause) => {
      await handle(owner, { type: 'ForgetFileKinds', data: { owner, at: now() } }, cause);
    },
  };
};
