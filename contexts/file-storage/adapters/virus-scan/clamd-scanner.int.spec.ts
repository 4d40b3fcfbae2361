import { expect } from 'chai';
import { clamdScanner } from './clamd-scanner.ts';
import { virusScannerContract } from './virus-scanner.contract.ts';

const url = process.env['CLAMAV_URL'];

describe('scanning with a real clamd', function () {
  this.timeout(60_000);
  if (url === undefined) {
    it('is not checked here: set CLAMAV_URL to a clamd that knows the EICAR signature', function () {
      this.skip();
    });
    return;
  }

  virusScannerContract(() => Promise.resolve(clamdScanner(url)));

  it('never calls clean what the daemon would not look at', async () => {
    const scan = await clamdScanner(url).begin();
    const work = async (): Promise<unknown> => {
      for (let mebibytes = 0; mebibytes < 500; mebibytes += 1) await scan.write(Buffer.alloc(1_048_576, 'a,b,c\n'));
      return scan.result();
    };
    const outcome = await work().catch((error: unknown) => (error as Error).name);
    scan.cancel();
    expect(outcome).to.equal('ServiceUnavailable');
  });
});
