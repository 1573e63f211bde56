/**
 * The sentences of a gallery, which the server wrote in the language of the page.
 *
 * A sentence is text, or plural forms with the rule by which `count` chooses one.
 */
export class Words {
  #words;
  #rules;
  #number;
  #language;

  /** @param {{language?: string, words?: object, rules?: object[]}} written as the server wrote it */
  constructor({ language, words = {}, rules = [] } = {}) {
    this.#words = words;
    this.#rules = rules;
    this.#language = language || undefined;
    this.#number = new Intl.NumberFormat(this.#language);
  }

  /** The language of the page, as Intl takes it; undefined for the browser's own. */
  get language() {
    return this.#language;
  }

  /** Return a sentence with its placeholders filled in; the key itself where there is none. */
  say(key, params = {}) {
    const found = this.#words[key] ?? key;
    const text = found.forms
      ? found.forms[this.#form(this.#rules[found.rule], params.count)]
      : found;
    return text.replace(/\{(\w+)\}/g, (all, name) => {
      const value = params[name];
      return typeof value === "number" ? this.#number.format(value) : (value ?? all);
    });
  }

  /** Of great numbers the last two digits count, and whole millions may have a form of their own. */
  #form({ small, millions }, count) {
    const number = Math.abs(Math.trunc(count));
    if (number && number % 1e6 === 0) return millions;
    const at = number < 200 ? number : 100 + (number % 100);
    return Number(small[Math.min(at, small.length - 1)]);
  }
}
