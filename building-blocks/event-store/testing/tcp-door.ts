import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type TcpDoor = {
  readonly port: number;
  /** Stops forwarding bytes, while connections stay open and new ones are accepted: the behaviour of a frozen host. */
  readonly freeze: () => void;
  readonly close: () => Promise<void>;
};

/** Forwards connections from `port`, or any free one, to `targetPort` on this machine. */
export const openTcpDoor = async (targetPort: number, port = 0): Promise<TcpDoor> => {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (!isFrozen) to.write(bytes);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (!isFrozen) to.destroy();
    });
  };
  const server = createServer((clientSocket) => {
    const serverSocket = connect(targetPort, '127.0.0.1');
    forward(clientSocket, serverSocket);
    forward(serverSocket, clientSocket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => (isFrozen = true),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
