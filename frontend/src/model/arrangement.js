/**
 * Where an image sorts that was at one place and is asked to another, as the server has it.
 *
 * Whoever types "1" beside the fifth image means it to come before the first, and whoever types
 * "5" beside the first, after the fifth: the one that moves passes the one that stays.
 */
function rank(at, place) {
  if (at === undefined) return place === undefined ? Infinity : place - 0.5;
  if (place === undefined || place === at) return at;
  return place < at ? place - 0.5 : place + 0.5;
}

/**
 * Return the keys in the order that the numbers beside them ask for.
 *
 * @param {{key: string, at?: number, place?: number}[]} entries in the order they stand;
 *   `at` is the place in the gallery as it was shown, which an addition has not.
 */
export function ranked(entries) {
  const ranks = new Map(entries.map(({ key, at, place }) => [key, rank(at, place)]));
  const known = [
    ...entries.filter(({ at }) => at !== undefined),
    ...entries.filter(({ at }) => at === undefined),
  ];
  const compare = (one, two) =>
    ranks.get(one) === ranks.get(two) ? 0 : ranks.get(one) - ranks.get(two);
  return known.map(({ key }) => key).sort(compare);
}

/**
 * A gallery as it is being edited: the order of all its images, which of them are removed, and the
 * texts that were changed. Nothing changes it: each change is another arrangement.
 */
export class Arrangement {
  /**
   * @param {string[]} order keys, those of removed images too, which so keep their place
   * @param {{removed?: Set<string>, texts?: Record<string, string|boolean>}} rest
   */
  constructor(order, { removed = new Set(), texts = {} } = {}) {
    this.order = order;
    this.removed = removed;
    this.texts = texts;
    Object.freeze(this);
  }

  /** The keys of what is in the gallery, in order. */
  get kept() {
    return this.order.filter((key) => !this.removed.has(key));
  }

  /** The place of an image among those that are kept, counted from 1; 0 where it is not. */
  placeOf(key) {
    return this.kept.indexOf(key) + 1;
  }

  has(key) {
    return this.order.includes(key);
  }

  /** Have these images stand together, in their order, the first of them at a place counted from 1. */
  moved(keys, to) {
    const moving = new Set(keys);
    const [block, others] = [
      this.kept.filter((key) => moving.has(key)),
      this.kept.filter((key) => !moving.has(key)),
    ];
    const at = Math.min(Math.max(to - 1, 0), others.length);
    return this.arranged([...others.slice(0, at), ...block, ...others.slice(at)]);
  }

  /** Have what is kept stand in this order; what is removed stays behind what it stood behind. */
  arranged(kept) {
    const behind = new Map();
    let last;
    for (const key of this.order) {
      if (this.removed.has(key)) behind.set(last, [...(behind.get(last) ?? []), key]);
      else last = key;
    }
    const order = [undefined, ...kept].flatMap((key) => [key, ...(behind.get(key) ?? [])]);
    return this.#with({ order: order.slice(1) });
  }

  removing(keys) {
    return this.#with({ removed: new Set([...this.removed, ...keys]) });
  }

  restoring(keys) {
    return this.#with({ removed: new Set([...this.removed].filter((key) => !keys.includes(key))) });
  }

  /** Put in an image: at a place counted from 1, else at the end. One that is there comes back. */
  adding(key, at = Infinity) {
    if (this.has(key)) return this.restoring([key]);
    const end = this.#with({ order: [...this.order, key] });
    return Number.isFinite(at) ? end.moved([key], at) : end;
  }

  /** Have another image stand where one stands, which is removed. */
  replacing(key, other) {
    const without = this.order.filter((each) => each !== other);
    const order = without.toSpliced(without.indexOf(key) + 1, 0, other);
    return this.#with({ order, removed: new Set([...this.removed, key]) }).restoring([other]);
  }

  /** Change what inputs say, by their names. */
  texting(values) {
    return this.#with({ texts: { ...this.texts, ...values } });
  }

  /** Tell whether both ask for the same. */
  equals(other) {
    const same = (one, two) =>
      one.length === two.length && one.every((each, at) => each === two[at]);
    return (
      same(this.order, other.order) &&
      same([...this.removed].sort(), [...other.removed].sort()) &&
      same(Object.entries(this.texts).flat(), Object.entries(other.texts).flat())
    );
  }

  #with(changes) {
    return new Arrangement(changes.order ?? this.order, {
      removed: changes.removed ?? this.removed,
      texts: changes.texts ?? this.texts,
    });
  }
}
