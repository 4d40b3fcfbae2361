import { setFlagsFromString } from 'node:v8';

// A node is mostly idle beside other services: without these V8 keeps a young generation of up to 100 MB for bursts.
setFlagsFromString('--max-semi-space-size=2');
setFlagsFromString('--semi-space-growth-factor=1');
