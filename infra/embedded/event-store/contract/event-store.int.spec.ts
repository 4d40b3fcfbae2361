import { embeddedTarget, urlTarget } from './embedded-target.ts';
import { eventStoreContract } from './event-store.contract.ts';
import { projectionAdministrationContract, projectionsContract } from './projections.contract.ts';
import { whyNoCertificates, securedTarget } from './secured-target.ts';
import { securityContract } from './security.contract.ts';

const url = process.env['EVENTSTORE_URL'];

if (url === undefined) {
  eventStoreContract('the embedded node', embeddedTarget());
  projectionsContract('the embedded node', embeddedTarget('--run-projections'));
  projectionAdministrationContract('the embedded node', embeddedTarget());
  const impossible = whyNoCertificates();
  if (impossible === undefined) securityContract('the embedded node', securedTarget());
  else it(`the embedded node with users and access lists (skipped: ${impossible})`);
} else {
  const name = 'the given server';
  eventStoreContract(name, urlTarget(url));
  projectionAdministrationContract(name, urlTarget(url));
  it(`${name} with projections, users and access lists (skipped: they need a server that the suite starts)`);
}
