import { App, Fn, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AccessStack } from '../stacks/access.ts';
import { DataStack } from '../stacks/data.ts';
import { EventStoreStack } from '../stacks/event-store.ts';
import { ImagesStack } from '../stacks/images.ts';
import { MessagingStack } from '../stacks/messaging.ts';
import { NetworkStack } from '../stacks/network.ts';
import { OperationsStack, TopicsStack } from '../stacks/operations.ts';
import { ServicesStack } from '../stacks/services.ts';
import { StorageStack } from '../stacks/storage.ts';
import type { DeployedService } from './services.ts';
import type { Stage } from './stages.ts';

const ZONES = [0, 1, 2];

/** An app in which the three zones of any region are known without asking AWS. */
export const newApp = (context: Readonly<Record<string, unknown>> = {}, outdir?: string): App => {
  const app = new App({
    context: { ...context },
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
  });
  app.node.setContext(
    'aws:cdk:availability-zones:fallback',
    ZONES.map((zone) => Fn.select(zone, Fn.getAzs())),
  );
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

/** The repositories of images, which all stages of an account share. */
export const addImages = (app: App, region: string, services: readonly DeployedService[]): void => {
  new ImagesStack(app, 'LegoMoc-Images', { env: { region }, services });
};

/** All stacks of one stage. `version` is the tag of the images. */
export const addStage = (app: App, stage: Stage, services: readonly DeployedService[], version: string) => {
  const id = (part: string): string => `LegoMoc-${stage.name}-${part}`;
  const props = { env: { region: stage.region }, stage, terminationProtection: stage.keepsData };
  const network = new NetworkStack(app, id('Network'), { ...props, services });
  const storage = new StorageStack(app, id('Storage'), { ...props, services });
  const messaging = new MessagingStack(app, id('Messaging'), props);
  const data = new DataStack(app, id('Data'), { ...props, network });
  const { topics } = new TopicsStack(app, id('Topics'), props);
  const access = new AccessStack(app, id('Access'), { ...props, services, network, data });
  const { eventStore: choice } = stage;
  const eventStore =
    choice.kind === 'cluster'
      ? new EventStoreStack(app, id('EventStore'), { ...props, network, stage: { ...stage, eventStore: choice } })
      : undefined;
  const servicesStack = new ServicesStack(app, id('Services'), {
    ...{ ...props, services, version, network, data, storage, access, eventStore, topics },
  });
  servicesStack.addStackDependency(access);
  const operations = new OperationsStack(app, id('Operations'), { ...props, services, data, messaging, topics });
  const stacks = { network, storage, messaging, data, access, servicesStack, operations };
  for (const stack of [...Object.values(stacks), ...(eventStore === undefined ? [] : [eventStore])]) {
    Tags.of(stack).add('platform', 'lego-moc');
    Tags.of(stack).add('stage', stage.name);
  }
  return { ...stacks, eventStore };
};
