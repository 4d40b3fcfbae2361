import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Router, type RequestHandler } from 'express';
import sirv from 'sirv';
import { refuse } from '@lego-moc/http/problem';

/** Where `npm run build --workspace @lego-moc/console` leaves the console; its image has it at the same place. */
const BUILT_CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** Scripts and styles of its own only, and requests to this origin only; text never becomes markup. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"],
  ...["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
].join('; ');

/** File names of Vite's assets contain a hash of their content. */
const isImmutable = (path: string): boolean => path.startsWith('/assets/');

const serveFiles = (folder: string): RequestHandler =>
  sirv(folder, {
    single: true,
    etag: true,
    brotli: true,
    ignores: [/^\/assets(?:\/|$)/],
    setHeaders: (response, path) => {
      response.setHeader('cache-control', isImmutable(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  }) as RequestHandler;

/** The console's files below `/console`; a path of the page itself, such as `/console/audit`, gets the page. */
export const consoleFiles = (folder = BUILT_CONSOLE): Router => {
  let files: RequestHandler | undefined;
  return Router({ caseSensitive: true }).use('/console', (request, response, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || request.path.startsWith('/api/')) {
      next();
      return;
    }
    if (files === undefined && !existsSync(folder))
      refuse(503, 'console-not-built', 'Build the console first: npm run build --workspace @lego-moc/console');
    files ??= serveFiles(folder);
    // Also for a 304, whose headers replace those that the browser has stored.
    response.setHeader('content-security-policy', CONSOLE_POLICY);
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    void files(request, response, next);
  });
};
