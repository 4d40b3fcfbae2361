import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { z } from 'zod';
import { openTracing } from './open-tracing.ts';
import { tracingSettings } from './settings.ts';

const EXPORTERS = [
  { name: 'otlp', variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' },
  { name: 'zipkin', variable: 'OTEL_EXPORTER_ZIPKIN_ENDPOINT' },
] as const;

/** Nothing listens there. */
const DEAD_URL = 'http://127.0.0.1:1/';

/** More than fit into the queue. */
const MANY_SPANS = 5_000;

for (const { name, variable } of EXPORTERS)
  describe(`sending traces by ${name}`, () => {
    let server: Server | undefined;
    let bodies: string[] = [];

    const listen = async (answers: boolean): Promise<string> => {
      server = createServer((request, response) => {
        void text(request).then((body) => {
          bodies.push(body);
          if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        });
      });
      await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };

    /** Records spans for the collector at `url`, and closes. */
    const record = async (url: string, count: number): Promise<void> => {
      process.env[variable] = url;
      const settings = z.object(tracingSettings).parse({ OTEL_TRACES_EXPORTER: name });
      const { tracer, close } = openTracing('spec', settings, silentLogger);
      for (let index = 0; index < count; index += 1) tracer.start('step', { kind: 'server', parent: undefined }).end();
      await close();
    };

    beforeEach(() => void (bodies = []));
    afterEach(() => {
      Reflect.deleteProperty(process.env, variable);
      server?.closeAllConnections();
      server?.close();
      server = undefined;
    });

    it('delivers spans with the name of the service', async () => {
      await record(await listen(true), 2);
      expect(bodies).to.have.length(1);
      expect(bodies[0]).to.include('"spec"').and.include('step');
    });

    it('goes on and ends while nobody listens', async () => {
      await record(DEAD_URL, MANY_SPANS);
      expect(bodies).to.deep.equal([]);
    });

    it('goes on and ends while the collector never answers', async () => {
      await record(await listen(false), MANY_SPANS);
      expect(bodies.length).to.be.at.most(5);
    });
  });
