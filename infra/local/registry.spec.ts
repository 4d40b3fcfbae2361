import { expect } from 'chai';
import { portOf, portsFrom, standardPorts } from './registry.ts';

describe('choosing ports', () => {
  it('gives everyone a port of their own between 9000 and 9800', () => {
    const ports = [...standardPorts().values()];
    expect(new Set(ports).size).to.equal(ports.length);
    expect(ports.every((port) => port >= 9000 && port <= 9800)).to.equal(true);
  });

  it('changes the named ports, and no others', () => {
    const ports = portsFrom('gateway=9001,postgres=9031');
    expect(portOf(ports, 'gateway')).to.equal(9001);
    expect(portOf(ports, 'postgres')).to.equal(9031);
    expect(portOf(ports, 'search')).to.equal(portOf(standardPorts(), 'search'));
  });

  for (const wrong of ['gatway=9001', 'gateway', 'gateway=', 'gateway=http', 'gateway=0'])
    it(`refuses ${wrong}`, () => {
      expect(() => portsFrom(wrong)).to.throw(`LEGO_MOC_PORTS: ${wrong} is not NAME=PORT`);
    });
});
