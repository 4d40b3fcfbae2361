import { crc32, deflateRawSync } from 'node:zlib';

export type ZipContent = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly isLocked?: boolean;
  readonly isDeflated?: boolean;
  /** Another size than the content has. */
  readonly declaredSize?: number;
  /** Another number than that of the method by which it is packed. */
  readonly method?: number;
  readonly isSymbolicLink?: boolean;
};

const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;
const SYMBOLIC_LINK = 0o120_777;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** A zip; a locked entry has the flag of a password and its content as it is. */
export const zipOf = (...entries: readonly ZipContent[]): Buffer => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isLocked = false, isDeflated = false, isSymbolicLink = false, ...overrides } of entries) {
    const data = Buffer.from(content as string);
    const deflatedData = isDeflated ? deflateRawSync(data) : data;
    // A password adds a header of twelve bytes to the packed content.
    const packedData = isLocked ? Buffer.concat([Buffer.alloc(12), deflatedData]) : deflatedData;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isLocked ? 1 : 0, 2);
    common.writeUInt16LE(overrides.method ?? (isDeflated ? METHOD_DEFLATED : METHOD_STORED), 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packedData.length, 14);
    common.writeUInt32LE(overrides.declaredSize ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const signature = Buffer.alloc(4);
    signature.writeUInt32LE(LOCAL);
    const local = Buffer.concat([signature, common, Buffer.from(name), packedData]);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(CENTRAL, 0);
    common.copy(central, 6);
    if (isSymbolicLink) central.writeUInt16LE(SYMBOLIC_LINK, 40);
    central.writeUInt32LE(offset, 42);
    directory.push(central, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
};
