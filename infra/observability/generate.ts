import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dashboard } from './dashboard.ts';
import { alertRules } from './rules.ts';

/** The generated files, by their paths in this folder. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['generated/alerts.yml', alertRules()],
    ['generated/dashboards/lego-moc.json', `${JSON.stringify(dashboard(), undefined, 2)}\n`],
  ]);

if (import.meta.main)
  for (const [path, content] of generatedFiles()) {
    const file = join(import.meta.dirname, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
