/**
 * What to start Node with: a node is mostly idle beside other services, and left alone V8 keeps some 100 MB of young
 * generation after a burst. At 4 MB a space the collector costs little more. The old generation is small, and most of what
 * comes into it dies when the log goes to the tables: it may treble before it is collected, or V8 does so every second at
 * 500 appends a second. V8 reads these once, at its own start.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--heap-growing-percent=200'];

/**
 * For the same reason, to the C library: what sockets are read into comes in pieces of 64 KiB, and kept on its heaps they
 * leave holes that are never given back. Glibc reads this at its own start; others do not know it.
 */
export const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '65536' } as const;
