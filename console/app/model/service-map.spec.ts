import { expect } from 'chai';
import { placeServices } from './service-map.ts';

describe('placing services on a map', () => {
  const map = placeServices(
    ['gateway', 'search', 'profile'],
    [
      { from: 'gateway', to: 'search' },
      { from: 'search', to: 'profile' },
      { from: 'search', to: 'nobody' },
    ],
  );

  it('places whoever is called to the right of the caller', () => {
    const [gateway, search, profile] = map.nodes;

    expect([gateway, search, profile].map((node) => node?.name)).to.deep.equal(['gateway', 'search', 'profile']);
    expect(gateway!.x).to.be.lessThan(search!.x);
    expect(search!.x).to.be.lessThan(profile!.x);
  });

  it('leaves out calls to what is no service', () => {
    expect(map.edges.map(({ to }) => to)).to.deep.equal(['search', 'profile']);
  });

  it('has room around lines that lead around services', () => {
    const names = ['gateway', 'search', 'inventory', 'gallery', 'storage'];
    const calls = names.flatMap((from, at) => names.slice(at + 1).map((to) => ({ from, to })));
    const { left, top, width, height, edges } = placeServices(names, calls);
    for (const { x, y } of edges.flatMap(({ points }) => points)) {
      expect(x).to.be.within(left + 16, left + width - 16);
      expect(y).to.be.within(top + 16, top + height - 16);
    }
  });
});
