import { behavesLikeEventStreams } from './event-streams.contract.ts';
import { inMemoryStreams } from './in-memory-streams.ts';

describe('inMemoryStreams', () => {
  behavesLikeEventStreams(() => Promise.resolve(inMemoryStreams('brick')));
});
