import type { Scan, VirusScanner } from '../../application/ports/virus-scanner.ts';

/** The test file that every virus scanner knows (eicar.org), in two halves, so that none takes this file for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const SIGNATURE = Buffer.from(EICAR, 'latin1');

const begin = (): Scan => {
  let tail = Buffer.alloc(0);
  let found = false;
  return {
    write: async (chunk) => {
      if (found) return;
      const seen = Buffer.concat([tail, chunk]);
      found = seen.includes(SIGNATURE);
      // The next chunk may bring the rest of a signature that has begun.
      tail = seen.subarray(Math.max(0, seen.length - SIGNATURE.length + 1));
      return Promise.resolve();
    },
    result: () => Promise.resolve(found ? { infectedWith: 'Eicar-Test-Signature' } : 'clean'),
    cancel: () => undefined,
  };
};

/** Stands in where there is no virus scanner: refuses the EICAR test file, which proves the wiring, and nothing else. */
export const eicarScanner: VirusScanner = { begin: () => Promise.resolve(begin()) };
