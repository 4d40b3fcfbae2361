import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Router } from 'express';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { ok } from '@lego-moc/http/respond';
import type { RunningServer } from '@lego-moc/http/serve';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { groupInfo } from '@lego-moc/event-store/persistent-groups';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { override, type Resource } from './resource.ts';
import { clock, eventStore, logger } from './resources/core.ts';
import { runContext, type Context } from './run-context.ts';

const NAME = 'garage';

const readTime = defineRoute({
  method: 'get',
  path: '/v1/time',
  summary: 'The time of the service',
  access: 'anyone',
  replies: { 200: { description: 'The time', schema: z.object({ time: z.string() }) } },
});

const settings = { GARAGE_DOORS: z.coerce.number().default(2) };

const toCars = {
  name: 'cars',
  columns: { wheels: 'integer' },
  indexes: [],
  source: { stream: `integration-${newId()}` },
  payload: z.object({ wheels: z.number() }),
  row: ({ payload }: { readonly payload: { readonly wheels: number } }) => payload,
} as const;

describe('running a context', function () {
  this.timeout(30_000);
  let env: NodeJS.ProcessEnv;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-'));
    closeAfterAllTests(() => rm(folder, { recursive: true }));
    await ensureServiceKeys(folder, ['neighbour']);
    env = {
      PORT: '0',
      EVENTSTORE_URL: (await eventStoreForTests()).url,
      DATABASE_URL: await (await postgresForTests()).databaseUrl(NAME),
      SERVICE_JWKS_PATH: join(folder, 'services.jwks.json'),
    };
  });

  const service = { name: NAME, port: 9999, purpose: 'cars', routes: [] };

  const run = async (
    wire: Context<typeof settings>['wire'],
    overrides = [override(logger, silentLogger)],
  ): Promise<RunningServer> => {
    const server = await runContext(
      { service, settings, contracts: [readTime], wire },
      { env, overrides, signals: false, checkReplies: true },
    );
    closeAfterAllTests(server.stop);
    return server;
  };

  const isReady = async ({ url }: RunningServer): Promise<boolean> => (await fetch(`${url}/ready`)).ok;

  const projectionsOf = async ({ url }: RunningServer): Promise<readonly { readonly name: string }[]> => {
    const sign = signerFromFile(join(folder, 'neighbour.jwk.json'), 'neighbour');
    const headers = await sign(NAME, {
      method: 'GET',
      path: '/ops/projections',
      user: { id: 'olga' as UserId, roles: ['operator'] },
    });
    const reply = await fetch(`${url}/ops/projections`, { headers });
    expect(reply.status).to.equal(200);
    return ((await reply.json()) as { projections: { name: string }[] }).projections;
  };

  it('starts no projection for an operator’s request before it is ready', async () => {
    const preparation = Promise.withResolvers<undefined>();
    const server = await run((it) => {
      it.projectIntegrationEvents(toCars);
      it.prepare(() => preparation.promise);
      return [Router()];
    });

    expect(await projectionsOf(server)).to.deep.equal([]);
    const { client } = await eventStoreForTests();
    expect(await groupInfo(client, `${NAME}-cars`, toCars.source)).to.equal(undefined);
    expect(await isReady(server)).to.equal(false);

    preparation.resolve(undefined);
    await pollUntil('readiness', () => isReady(server));
    expect((await projectionsOf(server)).map(({ name }) => name)).to.deep.equal(['cars']);
    await server.stop();
  });

  it('starts its declarations once it is prepared, and stops them in the reverse order', async () => {
    const steps: string[] = [];
    const part = (name: string) => () => {
      steps.push(`start ${name}`);
      return {
        stop: () => {
          steps.push(`stop ${name}`);
          return Promise.resolve();
        },
      };
    };
    const tools: Resource<string> = {
      name: 'tools',
      open: () => 'hammer',
      close: () => steps.push('close tools'),
    };
    const server = await run((it) => {
      it.run(part('lift'));
      it.run(part('lamp'));
      it.prepare(() => Promise.resolve(steps.push('prepare')));
      expect(it.use(tools)).to.equal(it.use(tools));
      return [];
    });
    await pollUntil('readiness', () => isReady(server));
    await server.stop();

    expect(steps).to.deep.equal(['prepare', 'start lift', 'start lamp', 'stop lamp', 'stop lift', 'close tools']);
  });

  it('takes the resources of a test, and leaves them open', async () => {
    const { client } = await eventStoreForTests();
    const noon = '2026-01-01T12:00:00.000Z' as Instant;
    const server = await run(
      (it) => {
        expect(it.eventStore).to.equal(client);
        return [route(readTime, () => ok({ time: it.clock() }))];
      },
      [override(logger, silentLogger), override(eventStore, client), override(clock, () => noon)],
    );

    expect(await (await fetch(`${server.url}/v1/time`)).json()).to.deep.equal({ time: noon });
    await server.stop();
    expect(await groupInfo(client, 'nobody', { stream: 'nothing' })).to.equal(undefined);
  });

  it('is not ready while a condition does not hold, and names the condition', async () => {
    let open = false;
    const server = await run((it) => {
      it.readyWhile('The garage is closed.', () => open);
      return [];
    });
    await pollUntil('the reason', async () =>
      (await (await fetch(`${server.url}/ready`)).text()).includes('The garage is closed.'),
    );

    open = true;
    expect(await isReady(server)).to.equal(true);
  });

  it('repeats failing work, and ends it when it stops', async () => {
    let runs = 0;
    const abort = Promise.withResolvers<undefined>();
    const server = await run((it) => {
      it.every(1, 'Sweeping', async (signal) => {
        runs += 1;
        if (runs < 3) throw new Error('The broom is broken');
        await once(signal, 'abort');
        abort.resolve(undefined);
      });
      return [];
    });
    await pollUntil('the third run', () => runs === 3);
    await server.stop();
    await abort.promise;
  });

  it('does not start with a projection and a subscription of one name or one group, and says which', async () => {
    for (const usedName of [toCars.name, `${NAME}-${toCars.name}`]) {
      const error = await run((it) => {
        it.projectIntegrationEvents(toCars);
        it.on(usedName, toCars.source, () => Promise.resolve());
        return [];
      }).catch(String);
      expect(error).to.equal(`Error: ${NAME} declares two subscriptions or projections named ${usedName}`);
    }
  });

  it('names the settings that are missing or invalid', async () => {
    const error = await runContext(
      {
        service,
        settings,
        contracts: [],
        wire: ({ db }) => [Router().use((_, response) => void response.end(db.schema))],
      },
      { env: { ...env, DATABASE_URL: undefined }, overrides: [override(logger, silentLogger)], signals: false },
    ).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(z.ZodError);
    expect(String(error)).to.include('DATABASE_URL');
  });
});
