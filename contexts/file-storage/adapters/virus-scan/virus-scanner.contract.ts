import { expect } from 'chai';
import fc from 'fast-check';
import type { ScanResult, VirusScanner } from '../../application/ports/virus-scanner.ts';
import { EICAR } from './eicar-scanner.ts';

/** The contract of every scanner. */
export const virusScannerContract = (open: () => Promise<VirusScanner>, runs = 20): void => {
  let scanner: VirusScanner;

  before(async () => {
    scanner = await open();
  });

  const verdictOn = async (...chunks: readonly Uint8Array[]): Promise<ScanResult> => {
    const scan = await scanner.begin();
    for (const chunk of chunks) await scan.write(chunk);
    const verdict = await scan.result();
    scan.cancel();
    return verdict;
  };

  it('finds nothing in ordinary content', async () => {
    expect(await verdictOn(Buffer.from('Part,Color,Quantity'), Buffer.alloc(0), Buffer.alloc(200_000, 'x'))).to.equal(
      'clean',
    );
  });

  it('finds nothing in empty content', async () => {
    expect(await verdictOn()).to.equal('clean');
  });

  it('finds the EICAR test file wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(EICAR.length), { maxLength: 5 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), EICAR.length];
        const chunks = ends.map((end, index) => Buffer.from(EICAR.slice(index === 0 ? 0 : ends[index - 1], end)));
        expect(await verdictOn(...chunks)).to.have.property('infectedWith');
      }),
      { numRuns: runs },
    );
  });

  it('keeps parallel scans apart', async () => {
    const [first, other] = [await scanner.begin(), await scanner.begin()];
    await first.write(Buffer.from(EICAR.slice(0, 30)));
    await other.write(Buffer.from(EICAR.slice(30)));
    expect(await first.result()).to.equal('clean');
    expect(await other.result()).to.equal('clean');
  });
};
