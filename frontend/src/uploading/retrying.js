/** So often is a file sent that a server fails at; then people decide. */
export const MOST_ATTEMPTS = 5;
/** And so often where no answer comes: connections come back, within minutes. */
export const MOST_BREAKS = 8;
/** Milliseconds before the second attempt; each later one waits twice as long, up to the longest. */
const FIRST = 1000;
const LONGEST = 60_000;
/** A server that asks for more patience than this is asked again by people only. */
const MOST_PATIENCE = 600_000;

/**
 * Return how many milliseconds to wait before the next attempt.
 *
 * Half of it is chance: a server that comes back is not to meet everybody at once.
 */
export function pause({ attempt, after = null, random = Math.random }) {
  if (after !== null) return after + random() * Math.max(250, after / 10);
  const longest = Math.min(LONGEST, FIRST * 2 ** (attempt - 1));
  return longest / 2 + (random() * longest) / 2;
}

/** Tell whether a file that failed is sent again without anybody asking for it. */
export function retriesByItself({ error, attempt }) {
  const most = error.status ? MOST_ATTEMPTS : MOST_BREAKS;
  return Boolean(error.retryable) && attempt < most && (error.after ?? 0) <= MOST_PATIENCE;
}

/** Read the header Retry-After, seconds or a date, as milliseconds from now; null for neither. */
export function retryAfter(header, { now = Date.now() } = {}) {
  if (!header) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(0, moment - now);
}
