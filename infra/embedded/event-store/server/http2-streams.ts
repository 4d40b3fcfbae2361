import type { RequestListener } from 'node:http';
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Server as GrpcServer } from '@grpc/grpc-js';
import { callLimit } from './call-limit.ts';

type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => void;

/** As EventStoreDB: further calls of a connection wait until one of these has ended. */
const CALLS_PER_CONNECTION_MAX = 100;

/**
 * Takes over what comes to a gRPC server over HTTP/2: bounds the calls of a connection, and lets `handle` answer what is
 * not gRPC, which that server answers with 415. To be called once it has its connection injector; it has no public way
 * to share its streams.
 */
export const routeStreams = (grpc: GrpcServer, handle: RequestListener): void => {
  const plain = createServer().on('request', handle as unknown as Parameters<Http2Server['on']>[1]);
  const limit = callLimit(CALLS_PER_CONNECTION_MAX);
  const servers = grpc['http2Servers'] as Map<Http2Server, unknown>;
  for (const server of servers.keys()) {
    const [serveCall] = server.listeners('stream') as StreamListener[];
    server.removeAllListeners('stream');
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => {
      const isGrpc = headers['content-type']?.startsWith('application/grpc') === true;
      if (isGrpc) limit.run(stream, () => serveCall?.call(server, stream, headers, ...rest));
      else plain.emit('stream', stream, headers, ...rest);
    });
  }
};
