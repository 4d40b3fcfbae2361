import { SERVICES } from '../../contexts/registry.ts';

/** The images that a delivery builds, as JSON for its matrix. */
console.log(JSON.stringify(['gateway', ...SERVICES.map(({ name }) => name)]));
