import { join } from 'node:path';
import { z } from 'zod';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { localUrlOf, urlVariableOf, type ServiceContract } from '@lego-moc/http/service-contract';
import { serviceClientMetrics, type CallMetrics } from '@lego-moc/resilience/call-metrics';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import type { Resource } from '../resource.ts';
import { metrics, tracing } from './core.ts';
import { dataDirSetting, keysFolder } from '../settings.ts';

/** The metrics that all clients of a service share. */
const clientMetrics: Resource<CallMetrics> = {
  name: 'client metrics',
  open: ({ use }) => serviceClientMetrics(use(metrics)),
};

/** A client of another service of the platform, whose requests are signed with this service's key. */
export const clientOf = (other: ServiceContract): Resource<ServiceClient> => ({
  name: `client of ${other.name}`,
  open: ({ name, logger, read, use }) => {
    const variable = urlVariableOf(other);
    const settings = read({
      ...dataDirSetting,
      SERVICE_KEY_PATH: z.string().optional(),
    });
    const { [variable]: baseUrl } = read({ [variable]: z.url().default(localUrlOf(other)) });
    const keyPath = settings.SERVICE_KEY_PATH ?? join(keysFolder(settings.LEGO_MOC_DATA_DIR), `${name}.jwk.json`);
    return serviceClient({
      ...{ service: other.name, baseUrl: baseUrl ?? localUrlOf(other), logger },
      sign: signerFromFile(keyPath, name),
      metrics: use(clientMetrics),
      tracer: use(tracing).tracer,
    });
  },
  close: (client) => client.close(),
});
