import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { z } from 'zod';
import { canConnect } from './can-connect.ts';

const answer = z.object({ data: z.object({ result: z.array(z.unknown()) }) });

export type Prometheus = {
  /** How many series the expression has now. Throws with what Prometheus says when it refuses the expression. */
  readonly seriesOf: (expr: string) => Promise<number>;
  readonly stop: () => void;
};

/** A Prometheus that reads these ports every second; the caller stops it. Needs the program `prometheus`. */
export const startPrometheus = async (ports: readonly number[]): Promise<Prometheus> => {
  const port = await getPort();
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const targets = ports.map((target) => `127.0.0.1:${target}`);
  const configuration = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'lego-moc', static_configs: [{ targets }] }],
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
  const flags = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const server = spawn('prometheus', flags, { stdio: 'ignore' });
  const stop = (): void => {
    server.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    server.kill('SIGKILL');
  };
  if (!(await canConnect(port, () => server.exitCode === null))) {
    stop();
    throw new Error('Prometheus did not come up');
  }
  return {
    seriesOf: async (expr) => {
      const reply = await fetch(`http://127.0.0.1:${port}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expr }),
      });
      if (!reply.ok) throw new Error(`${expr}: ${await reply.text()}`);
      return answer.parse(await reply.json()).data.result.length;
    },
    stop,
  };
};
