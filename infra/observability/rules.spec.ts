import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isInstalled, skipWithout } from '@lego-moc/testing/real-component';
import { ALERTS } from './alerts.ts';
import { generatedFiles } from './generate.ts';
import { anchorOf } from './rules.ts';

const FOLDER = import.meta.dirname;
const RUNBOOK = join(FOLDER, '../../docs/operations.md');

const run = (program: string, ...args: readonly string[]): void => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: FOLDER, encoding: 'utf8' });
  expect(status, stdout + stderr).to.equal(0);
};

describe('the rules of alerts', function () {
  this.timeout(60_000);

  it('are generated anew whenever their table changes, like the dashboards: npm run observability', () => {
    for (const [path, content] of generatedFiles())
      expect(readFileSync(join(FOLDER, path), 'utf8') === content, `${path} is not up to date`).to.equal(true);
  });

  for (const name of Object.keys(ALERTS))
    it(`have a section on ${name} in docs/operations.md`, () => {
      const headings = readFileSync(RUNBOOK, 'utf8').match(/^#{2,4} .*$/gm) ?? [];
      const anchors = headings.map((line) =>
        line.replace(/^#+ /, '').toLowerCase().replaceAll(':', '').replaceAll(' ', '-'),
      );
      expect(anchors).to.include(anchorOf(name));
    });

  describe('by Prometheus itself', () => {
    before(function () {
      if (!isInstalled('promtool')) skipWithout(this, 'promtool', 'install the Debian package prometheus');
    });

    it('are valid', () => run('promtool', 'check', 'rules', 'generated/alerts.yml'));

    it('fire on what they are for, and are silent below their limits', () =>
      run('promtool', 'test', 'rules', 'alerts.test.yml'));

    it('are tested one by one', () => {
      const tests = readFileSync(join(FOLDER, 'alerts.test.yml'), 'utf8');
      for (const name of Object.keys(ALERTS)) expect(tests).to.include(`alertname: ${name}`);
    });
  });

  it('are routed by a configuration that Alertmanager accepts', function () {
    if (!isInstalled('amtool')) skipWithout(this, 'amtool', 'install the Debian package prometheus-alertmanager');
    run('amtool', 'check-config', 'alertmanager.yml');
    const receiver = (severity: string): string =>
      execFileSync('amtool', ['config', 'routes', 'test', '--config.file=alertmanager.yml', `severity=${severity}`], {
        cwd: FOLDER,
        encoding: 'utf8',
      }).trim();
    expect([receiver('page'), receiver('notify')]).to.deep.equal(['page', 'notify']);
  });
});
