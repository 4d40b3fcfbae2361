/** `'clean'`: the scanner has seen every byte and found nothing. */
export type ScanResult = 'clean' | { readonly infectedWith: string };

/** Scans content while it is stored. */
export interface VirusScanner {
  /** Throws `ScannerUnavailable` when the scanner cannot be reached. */
  begin(): Promise<Scan>;
}

/** The scan of one content. */
export interface Scan {
  /** Sends the next bytes; waits while the scanner is behind. */
  write(chunk: Uint8Array): Promise<void>;
  /** After the last byte. Throws `ScannerUnavailable` when there is no result: an unknown one is never clean. */
  result(): Promise<ScanResult>;
  /** Ends a scan whose result is not needed any more. Harmless after `result`. */
  cancel(): void;
}

/** The scanner could not be reached, or did not answer. Callers see an outage, as of any other service. */
export class ScannerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The virus scanner is not available', { cause });
    this.name = 'ServiceUnavailable';
  }
}
