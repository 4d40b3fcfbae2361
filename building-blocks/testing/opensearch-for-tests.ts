import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { componentFromEnv, startFirst, type Component, type ComponentChoice } from './component-choice.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';
import { isInstalled } from './real-component.ts';

/** The place where `.ci/opensearch/install.sh` puts the node; `OPENSEARCH_HOME` names another. */
const nodeFolder = (): string =>
  process.env['OPENSEARCH_HOME'] ?? join(import.meta.dirname, '../../node_modules/.cache/opensearch');

/** A small heap, and a compiler that starts fast instead of optimising. */
const FLAGS_FOR_TESTS = ['-Xms160m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** For measuring: a heap as a small node in production has, and the compiler that it has. */
export const FLAGS_FOR_BENCHES = ['-Xms1g', '-Xmx1g'];

const STARTED_WITHIN_MS = 240_000;

const answers = (url: string, health: 'red' | 'yellow'): Promise<boolean> =>
  fetch(`${url}/_cluster/health?wait_for_status=${health}&timeout=1s`).then(
    ({ ok }) => ok,
    () => false,
  );

/** A node of one's own, which a test may kill and start again on its data. */
export type OpenSearchNode = {
  readonly url: string;
  /** Waits until its health is that or better, `yellow` unless it says otherwise. */
  readonly start: (health?: 'red') => Promise<void>;
  /** Kills it as a fault would; acknowledged writes are on disk. */
  readonly kill: () => Promise<void>;
  /** Keeps connections and answers nothing, as an overloaded machine does. */
  readonly freeze: () => void;
  readonly thaw: () => void;
};

/** A node with its data in `home`; not started yet. */
export const openSearchNode = async (
  home: string,
  jvmFlags: readonly string[] = FLAGS_FOR_TESTS,
): Promise<OpenSearchNode> => {
  const [httpPort, transportPort] = [await getPort(), await getPort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const flags = [...jvmFlags, '-cp', join(nodeFolder(), '*'), 'TestNode', home];
  let runningNode: { readonly kill: () => Promise<void>; readonly signal: (name: NodeJS.Signals) => void } | undefined;

  const start = async (health: 'red' | 'yellow' = 'yellow'): Promise<void> => {
    const node = spawn('java', [...flags, String(httpPort), String(transportPort)], { stdio: 'ignore' });
    const exit = new Promise<void>((resolve) => node.once('close', () => resolve()));
    const hasEnded = (): boolean => node.exitCode !== null || node.signalCode !== null;
    runningNode = {
      signal: (name) => void node.kill(name),
      kill: async () => {
        node.kill('SIGKILL');
        await exit;
      },
    };
    await pollUntil('OpenSearch is up', async () => hasEnded() || answers(url, health), Boolean, STARTED_WITHIN_MS);
    if (hasEnded()) throw new Error('OpenSearch did not come up');
  };
  return {
    url,
    start,
    kill: async () => runningNode?.kill(),
    freeze: () => runningNode?.signal('SIGSTOP'),
    thaw: () => runningNode?.signal('SIGCONT'),
  };
};

const installedNode = (jvmFlags?: readonly string[]): ComponentChoice => ({
  name: 'an OpenSearch node from Maven Central',
  start: async () => {
    if (!hasOpenSearchNode()) return undefined;
    const home = await mkdtemp(join(tmpdir(), 'opensearch-'));
    const node = await openSearchNode(home, jvmFlags);
    const stop = async (): Promise<void> => {
      await node.kill();
      await rm(home, { recursive: true, force: true });
    };
    try {
      await node.start();
      return { url: node.url, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
});

/** Whether `openSearchNode` can start one. */
export const hasOpenSearchNode = (): boolean => existsSync(join(nodeFolder(), 'test-node.jar')) && isInstalled('java');

/** Whether `openSearchForTests` will find one. */
export const hasOpenSearch = (): boolean => process.env['TEST_OPENSEARCH_URL'] !== undefined || hasOpenSearchNode();

/** The hint where there is none. */
export const OPENSEARCH_ADVICE = 'run .ci/opensearch/install.sh (JDK and Maven), or set TEST_OPENSEARCH_URL';

const start = async (jvmFlags?: readonly string[]): Promise<Component> => {
  const choices = [componentFromEnv('TEST_OPENSEARCH_URL'), installedNode(jvmFlags)];
  const component = await startFirst('OpenSearch', choices);
  closeAfterAllTests(component.stop);
  return component;
};

let sharedNode: Promise<Component> | undefined;

/** One OpenSearch for the whole run: TEST_OPENSEARCH_URL, else a node started here. Throws when neither is there. */
export const openSearchForTests = async (jvmFlags?: readonly string[]): Promise<string> =>
  (await (sharedNode ??= start(jvmFlags))).url;
