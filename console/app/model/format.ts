const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

export const formatCount = (count: number): string => count.toLocaleString('en');

/** `1 message`, `2 messages`, `1,234 messages`. */
export const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** In the two largest units: `3 h 20 min`. */
export const formatDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${String(whole)} s`;
  if (whole < HOUR) return `${String(Math.floor(whole / MINUTE))} min ${String(whole % MINUTE)} s`;
  if (whole < DAY) return `${String(Math.floor(whole / HOUR))} h ${String(Math.floor((whole % HOUR) / MINUTE))} min`;
  return `${String(Math.floor(whole / DAY))} d ${String(Math.floor((whole % DAY) / HOUR))} h`;
};

/** An instant in UTC, to the second: what logs say as well. */
export const formatInstant = (instant: string): string => {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? '–' : `${at.toISOString().slice(0, 19).replace('T', ' ')} Z`;
};
