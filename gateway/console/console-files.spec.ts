import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { CONSOLE_POLICY, consoleFiles } from './console-files.ts';
import { landingPage } from './landing-page.ts';

describe("serving the console's files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'console-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
    writeFileSync(join(folder, 'assets/index-1.js'), 'console.log(1)');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const api = (at = folder) =>
    supertest(
      createApi({
        service: 'gateway',
        logger: silentLogger,
        metrics: createMetrics('gateway', { processMetrics: false }),
        readsBodies: false,
        routes: [landingPage(), consoleFiles(at)],
      }),
    );

  for (const path of [
    '/console',
    '/console/',
    '/console/audit',
    '/console/..%2f..%2fpackage.json',
    '/console/parked?service=search&name=moc-index',
  ])
    it(`answers ${path} with the page under the strict policy`, async () => {
      const reply = await api().get(path);

      expect(reply.status).to.equal(200);
      expect(reply.text).to.include('<title>Console</title>');
      expect(reply.headers).to.include({ 'content-security-policy': CONSOLE_POLICY, 'cache-control': 'no-cache' });
    });

  it('keeps the policy when the page has not changed since', async () => {
    const { headers } = await api().get('/console');
    const reply = await api().get('/console').set('if-none-match', String(headers['etag']));

    expect(reply.status).to.equal(304);
    expect(reply.headers['content-security-policy']).to.equal(CONSOLE_POLICY);
  });

  it('lets browsers keep assets, whose names change with their content', async () => {
    const reply = await api().get('/console/assets/index-1.js');

    expect(reply.headers['cache-control']).to.equal('public, max-age=31536000, immutable');
    expect(reply.headers['content-type']).to.match(/^text\/javascript/);
  });

  for (const path of ['/console/assets/missing.js', '/console/api/missing'])
    it(`has nothing at ${path}`, async () => {
      expect((await api().get(path)).status).to.equal(404);
    });

  it('changes nothing by POST', async () => {
    expect((await api().post('/console/audit')).status).to.equal(404);
  });

  it('says how to build what is missing', async () => {
    const reply = await api(join(folder, 'nowhere')).get('/console');

    expect(reply.status).to.equal(503);
    expect(reply.body).to.include({ type: 'urn:lego-moc:problem:console-not-built' });
  });

  it('allows scripts and styles of its own only', () => {
    expect(CONSOLE_POLICY).to.include("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    expect(CONSOLE_POLICY).not.to.match(/unsafe|https?:|\*/);
  });

  it('answers / with links to documentation, console and health', async () => {
    const { text } = await api().get('/');

    for (const link of ['/docs', '/console', '/health']) expect(text).to.include(`href="${link}"`);
  });
});
