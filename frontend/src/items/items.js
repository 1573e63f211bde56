import { whenIdle } from "./idle.js";
import { inputsOf, said, write } from "./inputs.js";
import { dressed, itemOf } from "./item.js";
import { echo } from "./picture.js";
import { asked, places, placesBefore, stand } from "./standing.js";

/** So many items are made at once while nobody waits for them. */
const CHUNK = 40;

/** The images as the page shows them, by key, and the inputs that are sent. */
export class Items {
  #gallery;
  #items = new Map();
  #inputs = new Map();
  /** What the inputs of each said first: not always what the server wrote, on a page gone back to. */
  #said = new Map();
  /** What was written into them last. */
  #saying = new Map();
  /** What came as data, and has no element yet. */
  #waiting;
  #first;
  #idle;

  constructor(gallery) {
    this.#gallery = gallery;
    this.list = gallery.querySelector(":scope > ol.gallery-items");
    this.#waiting = new Map(gallery.configuration.rest.map((each) => [String(each.id), each]));
    for (const item of this.list.querySelectorAll(":scope > li[data-key]")) this.#take(item);
    const { rest } = gallery.configuration;
    this.#first = asked({ items: this.#items, inputs: this.#inputs, rest });
    this.#idle = whenIdle(() => this.#go());
  }

  disconnect() {
    this.#idle?.();
  }

  /** The arrangement that the inputs asked for at first, as the server understands them. */
  get first() {
    return this.#first;
  }

  /** The elements that are not on the page, as those of additions that were undone. */
  get loose() {
    return [...this.#items.values()].filter((item) => !this.list.contains(item));
  }

  /** The element of an image, made if it has none yet. */
  of(key) {
    if (this.#waiting.has(key)) {
      this.#make(key);
      this.show(this.#gallery.arrangement);
    }
    return this.#items.get(key);
  }

  /** What an image is sorted by, whether it has an element or not. */
  traits(key) {
    return this.#waiting.get(key) ?? this.of(key).dataset;
  }

  /** The inputs of an image by what they are for; those that it has not are missing. */
  inputs(key) {
    this.of(key);
    return this.#inputs.get(key);
  }

  nameOf(key) {
    return this.#waiting.get(key)?.name ?? this.#items.get(key)?.dataset.name ?? key;
  }

  /** What the texts of one image say and those of another do not, as texts of the other. */
  carried(key, other) {
    const [{ order, remove, ...from }, to] = [this.inputs(key), this.inputs(other)];
    const kinds = Object.keys(from).filter(
      (kind) => to[kind] && said(from[kind]) !== said(to[kind]),
    );
    return Object.fromEntries(kinds.map((kind) => [`${kind}:${other}`, said(from[kind])]));
  }

  /** The address of the small picture of an image, where it has one. */
  pictureOf(key) {
    return this.#waiting.get(key)?.thumbnail ?? this.#items.get(key)?.querySelector("img")?.src;
  }

  /** Which image an element of the page belongs to. */
  keyOf(element) {
    return element.closest?.("li.gallery-item")?.dataset.key;
  }

  /** Have an element for an image that came in, and return its key. */
  hold(image) {
    const key = String(image.id);
    if (!this.of(key)) this.#take(itemOf(this.#gallery, { ...image, state: "added" }));
    return key;
  }

  /** Have an element for each image: before anything is done with them. */
  complete() {
    this.#more([...this.#waiting.keys()]);
  }

  /** What is asked of the images that have no element: names after the gallery's, and values. */
  unmade({ order, removed }) {
    const at = places(order, this.#items);
    return [...this.#waiting].flatMap(([key, { order: was, place }]) => [
      ...(this.#isMoved(order) && at.get(key) !== String(was)
        ? [[`order-${key}`, at.get(key)]]
        : []),
      ...(!this.#isMoved(order) && place !== undefined ? [[`order-${key}`, place]] : []),
      ...(removed.has(key) ? [["remove", key]] : []),
      ...this.#typed(key),
    ]);
  }

  /** What was typed of an image before the form was shown again: said again, as its inputs would. */
  #typed(key) {
    const { configuration, dataset } = this.#gallery;
    const { gone, editable, alt = "", caption = "", decorative, unticked } = this.#waiting.get(key);
    if (!("again" in dataset && configuration.texts) || gone || editable === false) return [];
    return [
      [`alt-${key}`, alt],
      [`caption-${key}`, caption],
      ...(decorative ? [[`decorative-${key}`, "on"]] : []),
      ...(decorative || unticked ? [["decorative", key]] : []),
    ];
  }

  /** Show an arrangement, and write it into the inputs. */
  show(arrangement) {
    const focused = this.list.contains(document.activeElement) && document.activeElement;
    stand(this.list, { items: this.#items, order: arrangement.order });
    const numbers = this.#numbers(arrangement.order);
    const { arranged } = this.#gallery.configuration;
    // Of a gallery that is shown in part people tick and type these themselves.
    const put = (key, part, value) =>
      arranged ? write(this.#inputs.get(key)[part], value) : this.#say(key, part, value);
    const seen = new Map(arrangement.kept.map((key, at) => [key, at + 1]));
    for (const [key, item] of this.#items) {
      const { order, remove, ...texts } = this.#inputs.get(key);
      const isRemoved = arrangement.removed.has(key);
      // Where there is no tray, what is removed stays in sight with its box.
      if (arranged && item.hidden !== isRemoved) item.hidden = isRemoved;
      const first = this.#said.get(key);
      if (remove) put(key, "remove", isRemoved);
      if (order) put(key, "order", numbers.get(key) ?? first.order);
      for (const kind in texts)
        this.#say(key, kind, arrangement.texts[`${kind}:${key}`] ?? first[kind]);
      this.#number(item, seen.get(key));
    }
    if (focused && focused !== document.activeElement && focused.isConnected) this.#back(focused);
    const empty = this.#gallery.querySelector(":scope > .gallery-empty");
    if (empty) empty.hidden = arrangement.kept.length > 0;
  }

  /** Write a value where another is wanted than before: whoever types in it now is not disturbed. */
  #say(key, kind, value) {
    const saying = this.#saying.get(key);
    if (saying[kind] === value) return;
    saying[kind] = value;
    write(this.#inputs.get(key)[kind], value);
    echo(this.#items.get(key), { [kind]: value });
  }

  /** An element that is moved loses the focus, which stays where its user was. */
  #back(focused) {
    focused.focus({ preventScroll: true });
    focused.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  #take(item) {
    const { key } = item.dataset;
    dressed(this.#gallery, item);
    this.#items.set(key, item);
    const inputs = inputsOf(item);
    this.#inputs.set(key, inputs);
    const first = Object.entries(inputs).map(([part, input]) => [part, said(input)]);
    this.#said.set(key, Object.fromEntries(first));
    this.#saying.set(key, Object.fromEntries(first));
    return item;
  }

  #make(key) {
    const data = this.#waiting.get(key);
    this.#waiting.delete(key);
    return this.#take(itemOf(this.#gallery, data));
  }

  /** The numbers to write; those that are missing stay as they are. */
  #numbers(order) {
    // Of a gallery that is shown in part nobody here knows what stands on the other pages.
    if (!this.#gallery.configuration.arranged) return placesBefore(order, this.#items);
    return this.#isMoved(order) ? places(order, this.#items) : new Map();
  }

  #isMoved(order) {
    return order.some((key, at) => key !== this.#first.order[at]);
  }

  #go() {
    this.#more([...this.#waiting.keys()].slice(0, CHUNK));
    if (this.#waiting.size) this.#idle = whenIdle(() => this.#go());
  }

  #more(keys) {
    if (!keys.length) return;
    for (const key of keys) this.#make(key);
    this.show(this.#gallery.arrangement);
    this.#gallery.shown();
  }

  #number(item, place) {
    const shown = item.querySelector(".gallery-place");
    const text = place ? String(place) : "";
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}
