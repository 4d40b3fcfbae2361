import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { adopt, untilReady, type RunningProgram } from '../measuring/processes.ts';

const PLACES = [process.env['BENCH_NGINX'], '/usr/sbin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'];

/** One worker, as the others have one process; connections to the upstream are kept; no log. */
const configuration = (folder: string, port: number, upstreamPort: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000;
  upstream mocs { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mocs;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;

/** The path of nginx: the Debian package, or the binary that BENCH_NGINX names; `undefined` without either. */
export const startNginx = async (folder: string, upstreamPort: number): Promise<RunningProgram | undefined> => {
  const binary = PLACES.find((place) => place !== undefined && existsSync(place));
  if (binary === undefined) return undefined;
  const own = join(folder, 'nginx');
  mkdirSync(own);
  const port = await getPort();
  writeFileSync(join(own, 'nginx.conf'), configuration(own, port, upstreamPort));
  const args = ['-p', own, '-c', join(own, 'nginx.conf'), '-e', join(own, 'error.log')];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  adopt(child);
  await untilReady('nginx', port, '/');
  return { pid: child.pid ?? 0, port };
};
