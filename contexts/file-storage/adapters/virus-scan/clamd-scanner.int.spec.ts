import { expect } from 'chai';
import { clamdForTests, hasClamd } from '@lego-moc/testing/clamd-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { zipOf } from '@lego-moc/testing/zip';
import { clamdScanner } from './clamd-scanner.ts';
import { EICAR } from './eicar-scanner.ts';
import { virusScannerContract } from './virus-scanner.contract.ts';

describe('scanning with a real clamd', function () {
  this.timeout(60_000);
  if (!hasClamd()) {
    it('finds the EICAR test file', function () {
      skipWithout(this, 'clamd', 'install clamav-daemon, or set CLAMAV_URL to a clamd that knows the EICAR signature');
    });
    return;
  }

  virusScannerContract(async () => clamdScanner(await clamdForTests()));

  it('finds the EICAR test file within a zip, and within a zip in that', async () => {
    const inner = zipOf({ name: 'list.csv', content: EICAR, isDeflated: true });
    const archives = [inner, zipOf({ name: 'lists.zip', content: inner })];
    for (const archive of archives) {
      const scan = await clamdScanner(await clamdForTests()).begin();
      await scan.write(archive);
      expect(await scan.result()).to.have.property('infectedWith');
    }
  });

  it('throws when the daemon refuses to scan', async () => {
    const scan = await clamdScanner(await clamdForTests()).begin();
    const work = async (): Promise<unknown> => {
      for (let mebibytes = 0; mebibytes < 500; mebibytes += 1) await scan.write(Buffer.alloc(1_048_576, 'a,b,c\n'));
      return scan.result();
    };
    const outcome = await work().catch((error: unknown) => (error as Error).name);
    scan.cancel();
    expect(outcome).to.equal('ServiceUnavailable');
  });
});
