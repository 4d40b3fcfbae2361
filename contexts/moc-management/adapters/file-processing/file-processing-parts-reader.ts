import { fileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { PartsReader } from '../../application/ports/parts-reader.ts';
import { callThrough } from './call-through.ts';

/** Parts lists are read by the file-processing service. */
export const fileProcessingPartsReader = (service: ServiceClient): PartsReader => {
  const processing = fileProcessingClient(callThrough(service));
  return {
    request: async ({ mocId, owner, list: { partsListId, fileId, jobId, sameAs }, fileName }, cause) => {
      const reference = { mocId, partsListId };
      const file = { jobId, fileId, fileName, reference, owner, ...(sameAs === undefined ? {} : { sameAs }) };
      await processing.processFile(file, cause);
    },
    result: async (jobId, cause) => {
      const reply = await processing.job(jobId, cause);
      if (reply === undefined) return undefined;
      const { fileId, fileName, reference, owner, result, error, readings } = reply;
      const job = { jobId, fileId, fileName, reference, owner };
      if (reply.status === 'completed' && result !== undefined)
        return { status: 'completed', ...job, parsedData: result };
      if (reply.status === 'failed' && error !== undefined) return { status: 'failed', ...job, error };
      if (reply.status === 'cancelled') return { status: 'cancelled', ...job };
      if (reply.status === 'needs-decision' && readings !== undefined)
        return { status: 'needs-decision', ...job, readings };
      return 'pending';
    },
  };
};
