import { bundle } from "./bundling.js";
import { Departure } from "./departure.js";
import { prune } from "./pruning.js";
import { hasUnsaved } from "./unsaved.js";

/** All galleries of the page: what happens to forms and to the page is listened to once. */
const galleries = new Set();
const departures = new WeakMap();

/** The form that an element's inputs are sent with, wherever that stands. */
const formOf = (gallery) =>
  gallery.querySelector("input[name], textarea[name]")?.form ?? gallery.closest("form");

const within = (form) => [...galleries].filter((gallery) => formOf(gallery) === form);

function departureOf(form) {
  if (!departures.has(form)) departures.set(form, new Departure(form));
  return departures.get(form);
}

/** Holds the form back while files are on their way, and the page while something is not saved. */
export class Leaving {
  #gallery;

  constructor(gallery) {
    this.#gallery = gallery;
    if (!gallery.configuration.editable) return;
    galleries.add(gallery);
    const changed = () => {
      const form = formOf(gallery);
      if (form) departureOf(form).sent.forget();
    };
    for (const type of ["gallery:change", "input"])
      gallery.addEventListener(type, changed, { signal: gallery.signal });
    // The same listeners are added only once, however many galleries there are.
    window.addEventListener("submit", submitted, true);
    window.addEventListener("formdata", gathered);
    window.addEventListener("beforeunload", asked);
    window.addEventListener("pageshow", shown);
    for (const [type, listener] of Object.entries(SCRIPTS))
      document.addEventListener(type, listener);
  }

  disconnect() {
    galleries.delete(this.#gallery);
    // A page that asks nothing is kept by browsers as it is.
    if (!galleries.size) window.removeEventListener("beforeunload", asked);
  }
}

function submitted(event) {
  const found = within(event.target);
  if (found.length) departureOf(event.target).leave(event, found);
}

function gathered({ target, formData }) {
  const found = within(target);
  prune(formData, found);
  for (const gallery of found) bundle(formData, gallery);
}

function asked(event) {
  const isAtRisk = (gallery) => {
    const form = formOf(gallery);
    return hasUnsaved(gallery) && !(form && departureOf(form).sent.isSafe);
  };
  if ([...galleries].some(isAtRisk)) event.preventDefault();
}

function shown({ persisted }) {
  if (!persisted) return;
  for (const gallery of galleries) {
    const form = formOf(gallery);
    if (form) departureOf(form).comeBack();
  }
}

/** What libraries say that send forms by themselves: htmx and Turbo. */
const SCRIPTS = {
  "htmx:beforeRequest": ({ target }) => begun(target.closest?.("form")),
  "htmx:afterRequest": ({ target, detail }) => ended(target.closest?.("form"), detail.successful),
  "turbo:submit-start": ({ target }) => begun(target),
  "turbo:submit-end": ({ target, detail }) => ended(target, detail.success),
};

function begun(form) {
  if (form && within(form).length) departureOf(form).sent.begin();
}

function ended(form, wentWell) {
  if (form && departures.has(form)) departureOf(form).sent.end({ wentWell: Boolean(wentWell) });
}
