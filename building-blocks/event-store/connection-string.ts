/**
 * Timeouts that detect a frozen node early: two seconds to the next ping, two for its answer, one for each node that is
 * asked for the leader.
 */
const DEFAULTS = { keepAliveInterval: '2000', keepAliveTimeout: '2000', gossipTimeout: '1' };

/** The client ignores case, dashes and underscores in option names. */
const plainName = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');

/** The connection string with the platform's timeouts wherever it sets none. */
export const withDefaultTimeouts = (url: string): string => {
  const [address = '', query = ''] = url.trim().split('?', 2);
  const options = new Set(query.split('&').map((option) => plainName(option.split('=', 1)[0] ?? '')));
  const missingOptions = Object.entries(DEFAULTS).filter(([name]) => !options.has(name.toLowerCase()));
  const all = [...(query === '' ? [] : [query]), ...missingOptions.map((option) => option.join('='))];
  return all.length === 0 ? address : `${address}?${all.join('&')}`;
};

const KEEP_ALIVE_INTERVAL = /(keep[_-]?alive[_-]?interval=)(\d+)/i;

/**
 * gRPC lets clients of equal options share one connection, and with it the calls that a connection can carry. Adds
 * `number` milliseconds to the keep-alive interval, so that clients of different numbers connect by themselves.
 */
export const withOwnConnection = (url: string, number: number): string =>
  url.replace(KEEP_ALIVE_INTERVAL, (_option, name: string, ms: string) => `${name}${String(Number(ms) + number)}`);
