import type { sendUnaryData } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { projections, type ProjectionsServer } from '../wire/projections.ts';
import { projectionUnknown, userProjectionsUnsupported } from '../wire/errors.ts';
import type { ProjectionDetails, SystemProjections } from './system-projections.ts';

const place = (position: bigint): string => `C:${position}/P:${position}`;

const detailsOf = ({ name, status, position, checkpoint, processed, progress }: ProjectionDetails) =>
  new projections.StatisticsResp().setDetails(
    new projections.StatisticsResp.Details()
      .setName(name)
      .setEffectivename(name)
      .setStatus(status)
      .setMode('Continuous')
      .setPosition(place(position))
      .setLastcheckpoint(place(checkpoint))
      .setProgress(progress)
      .setEventsprocessedafterrestart(String(processed)),
  );

const emptyState = () => new struct.Value().setStructValue(new struct.Struct());

/**
 * The Projections service for the system projections. User-defined projections are rejected: they would need a
 * JavaScript engine with the rules of the real server.
 */
export const projectionsService = (system: SystemProjections): ProjectionsServer => {
  const reply = <T>(callback: sendUnaryData<T>, response: T, isKnown: boolean, name = ''): void => {
    if (isKnown) callback(null, response);
    else callback(projectionUnknown(name));
  };
  /** All of them run continuously: there are none of the other modes. */
  const projectionsFor = (options: projections.StatisticsReq.Options | undefined): readonly ProjectionDetails[] =>
    options?.hasAll() === true || options?.hasContinuous() === true ? system.list() : [];
  const refuse = (callback: sendUnaryData<never>): void => callback(userProjectionsUnsupported());

  return {
    enable: ({ request }, callback) => {
      const name = request.getOptions()?.getName() ?? '';
      system.enable(name).then(
        (isKnown) => reply(callback, new projections.EnableResp(), isKnown, name),
        (error: unknown) => callback(error as Error),
      );
    },
    disable: ({ request }, callback) => {
      const options = request.getOptions();
      const name = options?.getName() ?? '';
      system.disable(name, options?.getWriteCheckpoint() === true ? 'Stopped' : 'Aborted').then(
        (isKnown) => reply(callback, new projections.DisableResp(), isKnown, name),
        (error: unknown) => callback(error as Error),
      );
    },
    statistics: (call) => {
      const options = call.request.getOptions();
      const details = options?.hasName() === true ? system.describe(options.getName()) : undefined;
      if (options?.hasName() === true && details === undefined) {
        call.emit('error', projectionUnknown(options.getName()));
        return;
      }
      for (const projection of details === undefined ? projectionsFor(options) : [details])
        call.write(detailsOf(projection));
      call.end();
    },
    state: ({ request }, callback) => {
      const name = request.getOptions()?.getName() ?? '';
      const response = new projections.StateResp().setState(emptyState());
      reply(callback, response, system.describe(name) !== undefined, name);
    },
    result: ({ request }, callback) => {
      const name = request.getOptions()?.getName() ?? '';
      const response = new projections.ResultResp().setResult(emptyState());
      reply(callback, response, system.describe(name) !== undefined, name);
    },
    create: (_call, callback) => refuse(callback),
    update: (_call, callback) => refuse(callback),
    delete: (_call, callback) => refuse(callback),
    reset: (_call, callback) => refuse(callback),
    restartSubsystem: (_call, callback) => callback(null, new shared.Empty()),
  };
};
