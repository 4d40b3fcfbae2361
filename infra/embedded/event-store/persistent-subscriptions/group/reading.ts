import type { Effect, Group, Page } from './group.ts';
import { messageFrom } from './message.ts';

const room = ({ settings, live, fresh }: Group): number => {
  if (live) return settings.historyBufferSize + settings.liveBufferSize - fresh.length;
  return fresh.length < settings.historyBufferSize ? settings.readBatchSize : 0;
};

/** Asks for more when there may be more and there is a place for it. */
export const readOn = (group: Group, effects: Effect[]): void => {
  if (group.isReading || !group.behind) return;
  const max = room(group);
  if (max <= 0) {
    group.live = false;
    return;
  }
  group.isReading = true;
  effects.push({ do: 'read', after: group.progress.lastConsidered().position, max });
};

export const takeIn = (group: Group, { entries, considered, upTo, end }: Page): void => {
  group.isReading = false;
  const { sequence } = group.progress.lastConsidered();
  const messages = entries.map((entry) => messageFrom(entry, 'source', sequence));
  group.progress.consider(messages, { position: upTo, sequence: sequence + considered });
  group.fresh.push(...messages);
  if (group.live) group.recentLive = Math.min(group.settings.liveBufferSize, group.recentLive + messages.length);
  group.behind = !end;
  group.live ||= end;
};
