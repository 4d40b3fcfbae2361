import { behavesLikeEventStreams } from './event-streams.contract.ts';
import { inMemoryStreams } from './in-memory-streams.ts';

describe('streams in memory', () => {
  behavesLikeEventStreams(() => Promise.resolve(inMemoryStreams('brick')));
});
