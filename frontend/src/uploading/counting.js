/** Return how many images more fit into a gallery; infinitely many where there is no limit. */
export function room({ gallery, most, running }) {
  return most ? most - held(gallery) - running : Infinity;
}

/** Return how many images a gallery holds when it is saved as it is now, those of other pages too. */
function held({ configuration, arrangement, items }) {
  const isAdded = (key) => items.of(key)?.dataset.order === undefined && items.of(key);
  let count = configuration.count;
  for (const key of arrangement.order) {
    if (isAdded(key)) count += arrangement.removed.has(key) ? 0 : 1;
    else if (arrangement.removed.has(key)) count -= 1;
  }
  return count;
}
