import { LIMITS_OF_THE_CONTRACT, rateLimitsContract } from './rate-limits.contract.ts';
import { rateLimits } from './rate-limits.ts';

rateLimitsContract('in process', () => {
  const alone = rateLimits({ limits: LIMITS_OF_THE_CONTRACT, onOutage: 'open' });
  return Promise.resolve([alone, alone]);
});
