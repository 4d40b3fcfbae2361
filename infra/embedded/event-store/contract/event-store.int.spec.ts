import { embeddedTarget, givenTarget } from './embedded-target.ts';
import { eventStoreContract } from './event-store.contract.ts';

const url = process.env['EVENT_STORE_UNDER_TEST'];

if (url === undefined) eventStoreContract('the embedded node', embeddedTarget());
else eventStoreContract(`the server at ${new URL(url).host}`, givenTarget(url));
