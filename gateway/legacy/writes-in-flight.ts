import type { Capability } from '@lego-moc/migration/contracts/capabilities';

/** Counts writes on their way by the version of the routing under which they began. */
export const writesInFlight = () => {
  const byCapability = new Map<Capability, Map<number, number>>();

  const count = (capability: Capability, version: number, change: 1 | -1): void => {
    const versions = byCapability.get(capability) ?? new Map<number, number>();
    byCapability.set(capability, versions);
    const writes = (versions.get(version) ?? 0) + change;
    if (writes === 0) versions.delete(version);
    else versions.set(version, writes);
  };

  return {
    /** Counts a write; the result counts it out. */
    begin: (capability: Capability, version: number): (() => void) => {
      count(capability, version, 1);
      return () => count(capability, version, -1);
    },
    /** The oldest version that a write in flight began under; `Infinity` when none is. */
    oldestVersion: (capability: Capability): number =>
      Math.min(Infinity, ...(byCapability.get(capability)?.keys() ?? [])),
  };
};
