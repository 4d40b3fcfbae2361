import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { eventually } from '@lego-moc/local/gateway-client';
import { downloadReply, mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { noPictures, treacherousPictures } from '@lego-moc/testing/hostile-pictures.contract';
import { moving, still } from '@lego-moc/testing/made-pictures';
import { askingAs, json, problemIn, type Ask } from './asking.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform } from './platform.ts';

const named = (sound: Readonly<Record<string, Buffer>>, how: string) =>
  Object.entries(sound).map(([kind, file]) => [`${how} ${kind}`, file] as const);

const pictures = [
  ...Object.entries(treacherousPictures({ still, moving })),
  ...named(still, 'a sound'),
  ...named(moving, 'a moving'),
];

describe('a thumbnail from a stranger, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let ask: Ask;
  let moc: string;

  before(async () => {
    ask = askingAs(await sharedPlatform(), `hostile-${randomUUID()}`);
    const { mocId } = mocReply.parse(await (await ask('/api/mocs', json('POST', { title: 'Hostile' }))).json());
    moc = `/api/mocs/${mocId}`;
  });

  const send = (file: Uint8Array): Promise<Response> => {
    const body = new FormData();
    body.set('thumbnail', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'thumbnail.png');
    return ask(`${moc}/files`, { method: 'POST', body });
  };
  const filesKept = async (): Promise<number> => mocReply.parse(await (await ask(moc)).json()).files.length;

  for (const [what, file] of Object.entries(noPictures))
    it(`is not ${what}`, async () => {
      const before = await filesKept();
      const reply = await send(file);
      expect([reply.status, await problemIn(reply)]).to.deep.equal([
        422,
        file.length === 0 ? 'empty-file' : 'media-type-refused',
      ]);
      expect(await filesKept()).to.equal(before);
    });

  for (const [what, file] of pictures)
    it(`is given back as it is, and only as a picture, when it is ${what}`, async () => {
      const reply = await send(file);
      expect(reply.status).to.equal(201);
      const { fileId } = mocReply.parse(await reply.json()).files.at(-1)!;
      const link = await eventually(
        'The thumbnail',
        () => ask(`${moc}/files/${fileId}`),
        ({ ok }) => ok,
      );
      const { url } = downloadReply.parse(await link.json());
      const download = await fetch(url);
      const { headers } = download;
      expect(headers.get('content-type')).to.match(/^image\/(jpeg|png|webp|avif|gif)$/);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.equal("default-src 'none'; sandbox");
      expect(Buffer.from(await download.arrayBuffer()).equals(file)).to.equal(true);
    });
});
