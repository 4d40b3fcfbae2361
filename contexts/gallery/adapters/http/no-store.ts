/** Of replies with signed URLs: these expire, and a stored copy would outlive them. */
export const NO_STORE = { headers: { 'cache-control': 'no-store' } } as const;
