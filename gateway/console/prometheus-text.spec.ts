import { expect } from 'chai';
import { samplesOf } from './prometheus-text.ts';

const TEXT = `# HELP requests Requests.
# TYPE requests counter
requests{route="/v1/\\"mocs\\"",status="200"} 12
requests 3
other{a="b"} 1
bucket{le="+Inf"} 7
`;

describe('reading metrics in the text form of Prometheus', () => {
  it('gives names, labels and values of what is asked for', () => {
    expect(samplesOf(TEXT, new Set(['requests', 'bucket']))).to.deep.equal([
      { name: 'requests', labels: { route: '/v1/"mocs"', status: '200' }, value: 12 },
      { name: 'requests', labels: {}, value: 3 },
      { name: 'bucket', labels: { le: '+Inf' }, value: 7 },
    ]);
  });

  it('passes over what is no sample', () => {
    expect(samplesOf('requests twelve things\n\nrequests{', new Set(['requests']))).to.deep.equal([]);
  });
});
