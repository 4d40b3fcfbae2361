import type { Scan, VirusScanner } from '../../application/ports/virus-scanner.ts';

/** The test file that every virus scanner knows (eicar.org), in two halves, so that none mistakes this file for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const SIGNATURE = Buffer.from(EICAR, 'latin1');

const begin = (): Scan => {
  let tail = Buffer.alloc(0);
  let isInfected = false;
  return {
    write: async (chunk) => {
      if (isInfected) return;
      const window = Buffer.concat([tail, chunk]);
      isInfected = window.includes(SIGNATURE);
      // The next chunk may bring the rest of a signature that has begun.
      tail = window.subarray(Math.max(0, window.length - SIGNATURE.length + 1));
      return Promise.resolve();
    },
    result: () => Promise.resolve(isInfected ? { infectedWith: 'Eicar-Test-Signature' } : 'clean'),
    cancel: () => undefined,
  };
};

/**
 * The scanner of installations without clamd: refuses the EICAR test file, which proves the wiring, and nothing else.
 */
export const eicarScanner: VirusScanner = { begin: () => Promise.resolve(begin()) };
