/** `'clean'` says that the scanner has seen every byte and knows nothing against them. */
export type ScanResult = 'clean' | { readonly infectedWith: string };

/** Looks at content while it passes by. */
export interface VirusScanner {
  /** Throws `ScannerUnavailable` when nobody can look. */
  begin(): Promise<Scan>;
}

/** The scan of one content. */
export interface Scan {
  /** Shows the next bytes; waits while the scanner is behind. */
  write(chunk: Uint8Array): Promise<void>;
  /** After the last byte. Throws `ScannerUnavailable` when there is no verdict: not knowing is never clean. */
  result(): Promise<ScanResult>;
  /** Ends a scan whose verdict nobody wants any more. Harmless after `verdict`. */
  cancel(): void;
}

/** The scanner could not be asked, or did not answer. Callers see an outage, as of any other service. */
export class ScannerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The virus scanner is not available', { cause });
    this.name = 'ServiceUnavailable';
  }
}
