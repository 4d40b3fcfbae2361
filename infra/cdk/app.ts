import { addImages, addStage, newApp } from './platform/platform.ts';
import { deployedServices } from './platform/services.ts';
import { STAGES, type Stage, type StageName } from './platform/stages.ts';
import { readVariables } from './settings/read.ts';

/** `cdk synth --context stage=prod --context version=1.2.3`; without a stage, all three. */
const app = newApp();
const contextText = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;
const services = deployedServices(readVariables());
const overrides = (app.node.tryGetContext('stages') ?? {}) as Partial<Record<StageName, Partial<Stage>>>;
const stageName = contextText('stage');
const version = contextText('version') ?? 'unreleased';

const stages = Object.values(STAGES).filter(({ name }) => stageName === undefined || stageName === name);
if (stages.length === 0) throw new Error(`There is no stage ${String(stageName)}: ${Object.keys(STAGES).join(', ')}`);
addImages(app, STAGES.dev.region, services);
for (const stage of stages) addStage(app, { ...stage, ...overrides[stage.name] }, services, version);
app.synth();
