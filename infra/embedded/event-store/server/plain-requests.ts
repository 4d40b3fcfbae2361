import type { RequestListener } from 'node:http';
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Server as GrpcServer } from '@grpc/grpc-js';

type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => void;

/**
 * Lets `handle` answer what comes over HTTP/2 and is not gRPC, which the gRPC server by itself answers with 415. To be
 * called once the server has its connection injector; it has no public way to share its streams.
 */
export const answerPlainRequests = (grpc: GrpcServer, handle: RequestListener): void => {
  const plain = createServer().on('request', handle as unknown as Parameters<Http2Server['on']>[1]);
  const servers = grpc['http2Servers'] as Map<Http2Server, unknown>;
  for (const server of servers.keys()) {
    const [serveCall] = server.listeners('stream') as StreamListener[];
    server.removeAllListeners('stream');
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => {
      const isGrpc = headers['content-type']?.startsWith('application/grpc') === true;
      if (isGrpc) serveCall?.call(server, stream, headers, ...rest);
      else plain.emit('stream', stream, headers, ...rest);
    });
  }
};
