import { newId } from '@lego-moc/application/new-id';
import type { Call } from '@lego-moc/file-processing/contracts/client';
import type { ServiceClient } from '@lego-moc/resilience/http-client';

/** Sends the requests of the file-processing client through this service's own client. */
export const callThrough =
  (service: ServiceClient): Call =>
  async ({ method, path, body, cause, idempotent }) => {
    const context = { correlationId: cause?.correlationId ?? newId(), causedBy: cause?.causedBy };
    return service.call({ method, path, json: body, idempotent, context });
  };
