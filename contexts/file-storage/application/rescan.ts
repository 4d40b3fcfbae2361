import { derivedId } from '@lego-moc/kernel/ids';
import type { ContentKey } from '../domain/file-events.ts';
import { contentKeyOf, type StoredState } from '../domain/file.ts';
import type { WithdrawInfectedFile } from './discard-file.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { ScanResult, VirusScanner } from './ports/virus-scanner.ts';

export type RescanReport = {
  /** Contents that were scanned; files with the same content are scanned once. */
  readonly scanned: number;
  /** Contents that were gone by then. */
  readonly gone: number;
  readonly withdrawn: readonly { readonly fileId: string; readonly infectedWith: string }[];
};

type Needs = {
  readonly contents: Pick<ContentStore, 'get'>;
  readonly scanner: VirusScanner;
  readonly withdraw: WithdrawInfectedFile;
};

const NAME = 'storage-rescan';

const byContent = (files: readonly StoredState[]): ReadonlyMap<ContentKey, readonly StoredState[]> =>
  Map.groupBy(files, contentKeyOf);

/** Scans all stored files again, with the signatures of today, and withdraws the infected ones. Throws when the scanner is away. */
export const rescan = async (
  files: readonly StoredState[],
  { contents, scanner, withdraw }: Needs,
): Promise<RescanReport> => {
  const scan = async (key: ContentKey): Promise<ScanResult | undefined> => {
    const content = await contents.get(key);
    if (content === undefined) return undefined;
    const scanning = await scanner.begin();
    try {
      for await (const chunk of content as AsyncIterable<Uint8Array>) await scanning.write(chunk);
      return await scanning.result();
    } finally {
      scanning.cancel();
    }
  };

  let scanCount = 0;
  let absentCount = 0;
  const withdrawals: { fileId: string; infectedWith: string }[] = [];
  for (const [key, sharing] of byContent(files)) {
    const result = await scan(key);
    if (result === undefined) absentCount += 1;
    else scanCount += 1;
    if (result === undefined || result === 'clean') continue;
    for (const { fileId } of sharing) {
      const cause = { commandId: derivedId(NAME, fileId), correlationId: fileId, actor: NAME };
      await withdraw(fileId, result.infectedWith, cause);
      withdrawals.push({ fileId, infectedWith: result.infectedWith });
    }
  }
  return { scanned: scanCount, gone: absentCount, withdrawn: withdrawals };
};
