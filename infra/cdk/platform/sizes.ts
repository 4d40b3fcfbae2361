/** How large a task of a service is, and how many there may be. */
export type Size = {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly tasks: { readonly min: number; readonly max: number };
  /** Messages that one task may have waiting in this group before another task is added. */
  readonly queue?: { readonly group: string; readonly messagesPerTask: number };
};

/** What a context gets without being named below. */
const DEFAULT = { cpu: 256, memoryMiB: 512 };

/** The virus scanner beside file storage keeps its signatures in memory. */
const SCANNER_MIB = 3_072;

type Exception = Omit<Size, 'tasks'> & { readonly tasksFactor?: number };

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  gateway: { cpu: 512, memoryMiB: 1_024 },
  'moc-management': { cpu: 512, memoryMiB: 1_024 },
  // A task parses four files at a time (`PARSING_CONCURRENCY`); a hundred jobs at once need 25 of them.
  'file-processing': {
    cpu: 1_024,
    memoryMiB: 2_048,
    tasksFactor: 3,
    queue: { group: 'file-processing-parsing', messagesPerTask: 8 },
  },
  'file-storage': { cpu: 1_024, memoryMiB: 1_024 + SCANNER_MIB },
};

export const sizeOf = (name: string, tasks: Size['tasks']): Size => {
  const { tasksFactor = 1, ...size }: Exception = EXCEPTIONS[name] ?? DEFAULT;
  return { ...size, tasks: { min: tasks.min, max: tasks.max * tasksFactor } };
};
