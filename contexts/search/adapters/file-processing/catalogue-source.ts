import { newId } from '@lego-moc/application/new-id';
import { fileProcessingClient, type FileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { ServiceClient } from '@lego-moc/resilience/http-client';

/** The catalogue as file-processing serves it. */
export const catalogueSource = (service: ServiceClient): Pick<FileProcessingClient, 'catalogueItems'> =>
  fileProcessingClient(({ method, path, body, idempotent }) =>
    service.call({ method, path, json: body, idempotent, context: { correlationId: newId() } }),
  );
