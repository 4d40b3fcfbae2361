import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { imageReply } from '@lego-moc/gallery/contracts/http-api';
import { portOf } from '@lego-moc/local/registry';
import { galleryImagesReply } from '@lego-moc/moc-management/contracts/gallery-links-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { photograph, stillImages } from '@lego-moc/testing/sample-images';
import { startInstance, type Instance } from './another-instance.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { checkAgainstOpenApi } from './openapi-check.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { projectionsCommand } from './projections-command.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';
import { awaitCleanStorage } from './storage-tools.ts';

const SERVICES = ['moc-management', 'gallery'] as const;
type ServiceName = (typeof SERVICES)[number];

/** The balancer has to notice within this time: on a loaded machine its look takes a second and more. */
const DRAIN = { DRAIN_MS: '5000' };
const BUILDERS = 3;
/** Rounds of each builder between two restarts. */
const ROUNDS_BETWEEN = 2;
/** Few enough to last for longer than the drain. */
const PIECE_BYTES = 512;
const PIECE_EVERY_MS = 200;
/** A smaller body waits at the gateway until it is complete. */
const GATEWAY_BUFFER_BYTES = 65_536;
const SETTLED_WITHIN_MS = 60_000;

type Work = { readonly send: SendRequest; readonly mocId: string; readonly imageId: string; readonly name: string };

const imageForm = (fields: Readonly<Record<string, string>> = {}, image: Buffer = stillImages.PNG): FormData => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('image', new Blob([new Uint8Array(image)]), 'crane.png');
  return body;
};

const mocForm = (image: Buffer): FormData => {
  const body = new FormData();
  body.set('title', `Crane ${randomUUID()}`);
  body.set('thumbnail', new Blob([new Uint8Array(image)]), 'crane.png');
  return body;
};

/** What goes to each service piece by piece, before and after its SIGTERM. */
const SLOW_UPLOADS = {
  'moc-management': { path: '/api/mocs/with-files', form: mocForm },
  gallery: { path: '/api/images', form: (image: Buffer) => imageForm({}, image) },
} as const;

describe('restarting moc-management and the gallery, one instance after the other', function () {
  this.timeout(4 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  const balancers = {} as Record<ServiceName, Balancer>;
  const firsts = {} as Record<ServiceName, string>;
  const seconds = {} as Record<ServiceName, Instance>;

  before(async () => {
    for (const name of SERVICES) balancers[name] = await startBalancer();
    platform = await startPlatform({
      ...DRAIN,
      MOC_MANAGEMENT_URL: balancers['moc-management'].url,
      GALLERY_URL: balancers.gallery.url,
    });
    for (const name of SERVICES) {
      firsts[name] = `http://127.0.0.1:${String(portOf(platform.ports, name))}`;
      balancers[name].towards(firsts[name]);
      seconds[name] = await startInstance(platform, name, DRAIN);
    }
    await checkAgainstOpenApi(platform.url);
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  const spread = (name: ServiceName): void => balancers[name].towardsReady(firsts[name], seconds[name].url);
  /** Stops the platform's own instance, whose launcher starts it again. */
  const restartFirst = async (name: ServiceName): Promise<void> => {
    const child = platform.children.get(name)!;
    const pid = child.pid();
    child.kill('SIGTERM');
    await child.untilSuccessorOf(pid);
  };
  const restartSecond = async (name: ServiceName): Promise<void> => {
    expect(await seconds[name].stop(), name).to.equal(0);
    seconds[name] = await startInstance(platform, name, DRAIN);
    spread(name);
  };
  const exitsOf = (name: ServiceName) => platform.reports.filter((line) => line.startsWith(`${name} ended`));

  /** Sends a first piece of an upload and others now and then; `finish` sends the rest and resolves to the answer. */
  const beginUpload = async (name: ServiceName) => {
    const { path, form } = SLOW_UPLOADS[name];
    const encodedForm = new Response(form(await photograph(4_000, 3_000)));
    const body = Buffer.from(await encodedForm.arrayBuffer());
    expect(body.length).to.be.greaterThan(GATEWAY_BUFFER_BYTES);
    const outgoing = request(platform.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await platform.token(`slow-${randomUUID()}`)}`,
        'content-type': encodedForm.headers.get('content-type') ?? '',
        'content-length': body.length,
      },
    });
    const reply = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    let at = 0;
    const sendPiece = (): void => void outgoing.write(body.subarray(at, (at += PIECE_BYTES)));
    sendPiece();
    const trickle = setInterval(sendPiece, PIECE_EVERY_MS);
    const answer = reply.then(async ([incoming]) => {
      clearInterval(trickle);
      return `${String(incoming.statusCode)} ${await text(incoming)}`;
    });
    const finish = (): Promise<string> => {
      clearInterval(trickle);
      outgoing.end(body.subarray(at));
      return answer;
    };
    return { finish, answer };
  };

  for (const name of SERVICES)
    it(`answers an upload that came in while ${name} was told to stop`, async () => {
      balancers[name].towards(firsts[name]);
      const { finish, answer } = await beginUpload(name);
      const untilThere = pollUntil(
        'the upload',
        () => balancers[name].requestsAt(firsts[name]),
        (count) => count > 0,
      );
      expect(await Promise.race([untilThere, answer])).to.equal(1);
      balancers[name].towards(seconds[name].url);
      const restart = restartFirst(name);
      const isRefused = () =>
        fetch(`${firsts[name]}/health`).then(
          () => false,
          () => true,
        );
      await pollUntil('the end of the drain', isRefused, (isOver) => isOver);
      expect(await finish()).to.match(/^201 /);
      await restart;
      expect(exitsOf(name)[0]).to.include('code 0');
    });

  describe('under load', () => {
    const load = { isOver: false, rounds: 0 };
    const failures: string[] = [];
    const works: Work[] = [];

    const succeed = async (send: SendRequest, path: string, init: RequestInit, status: number): Promise<unknown> => {
      const call = `${init.method ?? 'GET'} ${path}`;
      const reply = await send(path, init).catch((error: unknown) => {
        failures.push(`${call}: ${String(error)}`);
        throw error;
      });
      const body = await reply.text();
      if (reply.status === status) return body === '' ? undefined : JSON.parse(body);
      failures.push(`${call}: ${String(reply.status)} ${body}`);
      throw new Error(failures.at(-1));
    };

    /** Creates, changes, links and reads a MOC and an image. */
    const build = async (send: SendRequest): Promise<void> => {
      const name = `Crane ${randomUUID()}`;
      const { mocId } = mocReply.parse(await succeed(send, '/api/mocs', json('POST', { title: `Draft ${name}` }), 201));
      await succeed(send, `/api/mocs/${mocId}`, json('PATCH', { title: name }), 204);
      const upload = { method: 'POST', body: imageForm({ title: 'Draft' }) };
      const { imageId } = imageReply.parse(await succeed(send, '/api/images', upload, 201));
      await succeed(send, `/api/images/${imageId}`, json('PATCH', { title: name }), 200);
      const links = await succeed(send, `/api/mocs/${mocId}/gallery-images`, json('POST', { imageId }), 200);
      const [link] = galleryImagesReply.parse(links).images;
      if (link?.verified !== true) failures.push(`The gallery could not be asked about ${imageId}`);
      await succeed(send, '/api/mocs?limit=5', {}, 200);
      await succeed(send, '/api/gallery?limit=5', {}, 200);
      works.push({ send, mocId, imageId, name });
    };
    const buildUntilOver = async (builder: number): Promise<void> => {
      const send = requestsAs(platform, `rolling-${String(builder)}-${randomUUID()}`);
      for (; !load.isOver && failures.length === 0; load.rounds += 1) await build(send).catch(() => undefined);
    };
    const untilRounds = (count: number) =>
      pollUntil(
        'more work',
        () => Promise.resolve(load.rounds),
        (rounds) => rounds >= count || failures.length > 0,
        SETTLED_WITHIN_MS,
      );

    it('lets no request fail, and loses nothing', async () => {
      SERVICES.forEach(spread);
      const exitsBefore = SERVICES.map((name) => exitsOf(name).length);
      const builders = Promise.all(Array.from({ length: BUILDERS }, (_, builder) => buildUntilOver(builder)));
      await untilRounds(BUILDERS * ROUNDS_BETWEEN);
      for (const restart of [restartFirst, restartSecond]) {
        await Promise.all(SERVICES.map(restart));
        await untilRounds(load.rounds + BUILDERS * ROUNDS_BETWEEN);
      }
      load.isOver = true;
      await builders;
      expect(failures).to.deep.equal([]);
      for (const [at, name] of SERVICES.entries()) {
        const exits = exitsOf(name).slice(exitsBefore[at]);
        expect(exits).to.have.length(1);
        expect(exits[0]).to.include('code 0');
      }

      expect(works.length).to.be.at.least(3 * BUILDERS * ROUNDS_BETWEEN);
      for (const { send, mocId, imageId, name } of works) {
        const readMoc = async () => mocReply.parse(await succeed(send, `/api/mocs/${mocId}`, {}, 200));
        const moc = await pollUntil('the MOC', readMoc, ({ title }) => title === name);
        expect(moc.mocId).to.equal(mocId);
        expect(imageReply.parse(await succeed(send, `/api/images/${imageId}`, {}, 200)).title).to.equal(name);
        const links = galleryImagesReply.parse(await succeed(send, `/api/mocs/${mocId}/gallery-images`, {}, 200));
        expect(links.images.map((link) => link.imageId)).to.deep.equal([imageId]);
      }
    });

    it('leaves read models equal to their streams, nothing parked and no file without a reference', async () => {
      for (const command of [['verify', '--all'], ['list']])
        await pollUntil(
          command.join(' '),
          () => projectionsCommand(platform, ...command),
          ({ exitCode }) => exitCode === 0,
          SETTLED_WITHIN_MS,
        );
      await awaitCleanStorage(platform);
    });
  });
});
