import { setFlagsFromString } from 'node:v8';

// A node is mostly idle beside other services: without these V8 keeps a young generation of some 100 MB for bursts; at 8 the collector costs little more.
setFlagsFromString('--max-semi-space-size=8');
