import { expect } from 'chai';
import { textFields } from '@lego-moc/testing/misleading-texts';
import { CONTRACTS } from './contracts.ts';

describe('free text in requests', () => {
  for (const contract of CONTRACTS)
    for (const { field, refuses } of textFields(contract))
      it(`refuses controls that reverse text in ${field} of ${contract.method.toUpperCase()} ${contract.path}`, () => {
        expect(refuses).to.equal(true);
      });
});
