/** No part is made smaller than this: each costs a request. */
const SMALLEST = 64 * 1024;
/** The server takes no file in more parts than twice as many. */
const MOST_PARTS = 1000;

/**
 * Return how many bytes of a file to send at once.
 *
 * A line that breaks before a part is through, or a proxy that lets none so large pass, gets
 * smaller ones: each time half of it.
 *
 * @param {{ most: number, size: number, halvings: number }} options
 */
export function partBytes({ most, size, halvings }) {
  const smallest = Math.max(SMALLEST, Math.ceil(size / MOST_PARTS));
  return Math.min(most, Math.max(smallest, Math.floor(most / 2 ** halvings)));
}
