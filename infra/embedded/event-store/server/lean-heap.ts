import { setFlagsFromString } from 'node:v8';

// A node is mostly idle beside other services: left alone, V8 keeps some 100 MB of young generation after a burst. At 8 MB
// a space the collector costs little more.
setFlagsFromString('--max-semi-space-size=8');
