import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterAllTests } from './mocha-hooks.ts';

export type UserListing = {
  readonly url: string;
  /** The requests, in order: the `Authorization` and the path. */
  readonly requests: readonly string[];
};

/** An Auth Service that lists these users, a page each time it is asked, once `gate` of the page is open. */
export const startUserListing = async (
  pages: readonly (readonly object[])[],
  gate: (page: number) => Promise<void> = () => Promise.resolve(),
): Promise<UserListing> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${String(request.headers.authorization)} ${request.url ?? ''}`);
    const page = Number(new URL(request.url ?? '', 'http://listing').searchParams.get('cursor') ?? 0);
    void gate(page).then(() => {
      const nextCursor = page + 1 < pages.length ? String(page + 1) : null;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ users: pages[page], nextCursor }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAllTests(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, requests };
};
