/** Return how many images more fit into a gallery; infinitely many where there is no limit. */
export function room({ most, held, running }) {
  return most ? most - held - running : Infinity;
}

/** Return how many images a gallery holds when it is saved as it is now, those of other pages too. */
export function held({ configuration, arrangement, items, list = items.list }) {
  const added = new Set(
    configuration.rest.filter(({ order }) => order == null).map(({ id }) => String(id)),
  );
  for (const item of list.querySelectorAll(":scope > li[data-key]:not([data-order])"))
    added.add(item.dataset.key);
  const base = new Set(items.first.order.filter((key) => !added.has(key)));
  const removed = [...arrangement.removed].filter((key) => base.has(key)).length;
  return configuration.count - removed + arrangement.kept.filter((key) => !base.has(key)).length;
}
