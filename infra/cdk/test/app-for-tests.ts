import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addImages, addStage, newApp } from '../platform/platform.ts';
import { deployedServices, type DeployedService } from '../platform/services.ts';
import { STAGES, type Stage, type StageName } from '../platform/stages.ts';
import { readVariables } from '../settings/read.ts';

/** Made for this file; nobody has its private half. */
const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqspPVQ7z7tcvR0iKs3Yc
-----END PUBLIC KEY-----`;

export const variablesRead = readVariables();
export const services: readonly DeployedService[] = deployedServices(variablesRead);

/** The stages as the tests deploy them: production has a CDN. */
export const stageForTests = (name: StageName): Stage =>
  name === 'prod' ? { ...STAGES.prod, cdn: { publicKey: PUBLIC_KEY } } : STAGES[name];

export type Finding = { readonly rule: string; readonly construct: string };

type Report = {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
};

export type StageOutput = {
  readonly stage: Stage;
  /** By the last part of the name of a stack: `Services`. */
  readonly template: (part: string) => Template;
  readonly parts: readonly string[];
  readonly findings: readonly Finding[];
};

const findingsIn = (outdir: string): readonly Finding[] => {
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({ rule: ruleName, construct: constructPath })),
    ),
  );
};

const synthesize = (stage: Stage): StageOutput => {
  const outdir = mkdtempSync(join(tmpdir(), 'lego-moc-cdk-'));
  try {
    const app = newApp({}, outdir);
    addStage(app, stage, services, '1.0.0');
    addImages(app, stage.region, services);
    // Throws at a finding; its report says which.
    let failure: unknown;
    try {
      app.synth();
    } catch (error) {
      failure = error;
    }
    const findings = failure === undefined ? [] : findingsIn(outdir);
    if (failure !== undefined && findings.length === 0) throw failure as Error;
    const stacks = app.node.children.filter((child): child is Stack => Stack.isStack(child));
    const templates = new Map(stacks.map((stack) => [stack.node.id.split('-').at(-1), Template.fromStack(stack)]));
    return {
      ...{ stage, findings, parts: [...templates.keys()].map(String) },
      template: (part) => {
        const output = templates.get(part);
        if (output === undefined) throw new Error(`No stack ${part}`);
        return output;
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

const outputs = new Map<StageName, StageOutput>();

/** A stage, synthesized once for all tests. */
export const stageOutput = (name: StageName): StageOutput => {
  const result = outputs.get(name) ?? synthesize(stageForTests(name));
  outputs.set(name, result);
  return result;
};
