import { expect } from 'chai';
import { SERVICES } from '../../contexts/registry.ts';
import { billOf, readLockfile } from './sbom.ts';

/** They state it in a field that npm no longer reads, so that the lockfile has none; both are under MIT. */
const LICENCE_UNKNOWN = new Set(['busboy', 'streamsearch']);

const NAMES = ['gateway', ...SERVICES.map(({ name }) => name)];

describe('the bill of materials of a service', () => {
  const lock = readLockfile();
  const namesIn = (service: string): readonly string[] => billOf(service, lock).components.map(({ name }) => name);

  for (const service of NAMES)
    it(`names each package of ${service} with its version, licence, URL and hash, and what needs it`, () => {
      const { bomFormat, specVersion, metadata, components, dependencies } = billOf(service, lock);
      expect([bomFormat, specVersion, metadata.component.name]).to.deep.equal(['CycloneDX', '1.5', service]);
      const outside = components.filter(({ name }) => !name.startsWith('@lego-moc/'));
      expect(outside.length).to.be.greaterThan(20);
      for (const { name, version, purl, licenses, hashes } of outside) {
        expect(purl, name).to.equal(`pkg:npm/${name.replace('@', '%40')}@${version}`);
        if (!LICENCE_UNKNOWN.has(name)) expect(licenses, name).to.have.length(1);
        expect(hashes?.[0]?.content, name).to.match(/^[0-9a-f]{128}$/);
      }
      const refs = components.map((component) => component['bom-ref']);
      expect(new Set(refs).size).to.equal(refs.length);
      // Contexts need each other's contracts, and so the service itself as well.
      const root = metadata.component['bom-ref'];
      const neededRefs = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => ref !== root));
      expect([...neededRefs].sort()).to.deep.equal([...refs].sort());
    });

  it('has what the service imports, and nothing that only tests and builds need', () => {
    expect(namesIn('gallery')).to.include.members(['express', 'zod', 'pg-promise', '@lego-moc/kernel']);
    expect(namesIn('file-storage')).to.include.members(['sharp', '@img/sharp-linux-arm64', '@aws-sdk/client-s3']);
    expect(namesIn('gallery')).not.to.include('@lego-moc/testing');
    for (const service of NAMES)
      expect(namesIn(service)).to.not.include.oneOf(['mocha', 'chai', 'typescript', 'eslint', 'vite', 'aws-cdk-lib']);
  });

  it('has no binary for another system than that of the image', () => {
    for (const service of NAMES)
      expect(namesIn(service).filter((name) => /darwin|win32|linuxmusl|freebsd/.test(name))).to.deep.equal([]);
  });

  it('is the same every time, and refuses an unknown service', () => {
    expect(billOf('search', lock)).to.deep.equal(billOf('search', lock));
    expect(() => billOf('nobody', lock)).to.throw('There is no service nobody');
  });
});
