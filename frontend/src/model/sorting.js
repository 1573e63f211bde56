/**
 * Return keys in another order; what is alike, or does not know when it was taken, keeps its order.
 *
 * @param {{key: string, name?: string, taken?: string, uploaded?: string}[]} entries as they stand
 * @param {"name"|"taken"|"uploaded"|"reverse"} by
 * @param {string} [language] whose alphabet it is
 */
export function sorted(entries, by, language) {
  const keys = (order) => order.map(({ key }) => key);
  if (by === "reverse") return keys(entries.toReversed());
  if (by === "name") {
    // "2.jpg" comes before "10.jpg", as people count.
    const { compare } = new Intl.Collator(language, { numeric: true });
    return keys(entries.toSorted((one, two) => compare(one.name ?? "", two.name ?? "")));
  }
  const at = ({ taken, uploaded }) => Date.parse((by === "taken" && taken) || uploaded) || Infinity;
  const times = new Map(entries.map((each) => [each, at(each)]));
  const compare = (one, two) =>
    (times.get(one) > times.get(two)) - (times.get(one) < times.get(two));
  return keys(entries.toSorted(compare));
}
