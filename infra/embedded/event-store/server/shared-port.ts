import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { httpServer } from '../http/http-api.ts';
import { routeStreams } from './http2-streams.ts';
import { ServerCredentials, type Server as GrpcServer } from '@grpc/grpc-js';

export type Certificate = { readonly cert: string | Buffer; readonly key: string | Buffer };

/** A client must send the first bytes, which reveal its protocol, within this time. */
const FIRST_BYTES_TIMEOUT_MS = 10_000;
/** How every HTTP/2 connection begins; no HTTP/1.1 request does. */
const PREFACE = 'PRI';

/** gRPC and plain HTTP, 1.1 and 2, on one port: told apart by the first bytes or, over TLS, by ALPN. */
export const sharedPort = (grpc: GrpcServer, listener: RequestListener, certificate: Certificate | undefined) => {
  const http = httpServer(listener);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  routeStreams(grpc, listener);
  const sockets = new Set<Socket>();

  const toGrpc = (socket: Socket): void => injector.injectConnection(socket);
  const toHttp = (socket: Socket): void => {
    http.emit('connection', socket);
  };

  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Resets are the peer's business; whoever owns the socket by then notices its close.
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
  };

  const server: Server =
    certificate === undefined
      ? createServer((socket) => {
          accept(socket);
          sniff(socket, toGrpc, toHttp);
        })
      : tlsListener(certificate, (socket) => {
          accept(socket);
          (socket.alpnProtocol === 'h2' ? toGrpc : toHttp)(socket);
        });

  return {
    /** Resolves with the port; rejects when it cannot be had. */
    listen: async (port: number, host: string): Promise<number> => {
      server.listen(port, host);
      await once(server, 'listening');
      // Its own cue to watch for requests that never end; without it the limits set on it are not enforced.
      http.emit('listening');
      return (server.address() as AddressInfo).port;
    },
    close: (): void => {
      server.close();
      grpc.forceShutdown();
      http.close();
      http.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const tlsListener = (certificate: Certificate, accept: (socket: TLSSocket) => void): Server => {
  try {
    const options = { ALPNProtocols: ['h2', 'http/1.1'], handshakeTimeout: FIRST_BYTES_TIMEOUT_MS };
    return createTlsServer({ ...certificate, ...options }, accept);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The certificate or its key cannot be used: ${why}`, { cause: error });
  }
};

const sniff = (socket: Socket, toGrpc: (socket: Socket) => void, toHttp: (socket: Socket) => void): void => {
  const timeout = setTimeout(() => socket.destroy(), FIRST_BYTES_TIMEOUT_MS).unref();
  let firstBytes = Buffer.alloc(0);
  const inspect = (): void => {
    const more = socket.read() as Buffer | null;
    if (more === null) return;
    firstBytes = Buffer.concat([firstBytes, more]);
    const start = firstBytes.toString('latin1', 0, PREFACE.length);
    if (start.length < PREFACE.length && PREFACE.startsWith(start)) return;
    clearTimeout(timeout);
    socket.off('readable', inspect);
    // Only now: bytes put back while still looking would be announced as readable at once, for ever.
    socket.unshift(firstBytes);
    (start === PREFACE ? toGrpc : toHttp)(socket);
  };
  socket.on('readable', inspect);
  socket.once('close', () => clearTimeout(timeout));
};
