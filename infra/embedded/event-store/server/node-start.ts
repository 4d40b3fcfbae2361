/**
 * The flags to start Node with: a node is mostly idle beside other services, and by default V8 keeps some 100 MB of
 * young generation after a burst. At 4 MB a space the collector costs little more. The old generation is small, and most
 * of its objects die when the log goes to the tables: it may treble before it is collected, or V8 does so every second
 * at 500 appends a second. V8 reads these flags once, at its own start.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--heap-growing-percent=200'];

/**
 * The settings of the C library, for the same reason: sockets are read into buffers of 64 KiB, and on its heaps these
 * leave holes that are never returned to the system. Glibc reads them at its own start; other libraries ignore them.
 */
export const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '65536' } as const;
