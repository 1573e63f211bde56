/**
 * Whether a form is on its way to the server: then it is not sent a second time.
 *
 * What others make of a submit is seen afterwards by the event itself: one that was prevented was
 * not sent, unless a script says that it sends the form by itself.
 */
export class Sent {
  #event = null;
  #byScript = false;
  #isSettled = false;

  /** Note that a submit was let through. */
  note(event) {
    this.#event = staysHere(event) ? null : event;
  }

  /** Note that a script has begun to send the form. */
  begin() {
    this.#byScript = true;
    this.#isSettled = false;
  }

  /** Note how a script has ended: what went well was saved, until it is changed anew. */
  end({ wentWell }) {
    this.#byScript = wentWell;
    this.#isSettled = true;
  }

  /** Take it back: the page is shown again, or something changed. */
  forget() {
    this.#event = null;
    this.#byScript = false;
  }

  /** Tell whether it must not be sent again now. */
  get isUnderWay() {
    return this.#isOnItsWay || (this.#byScript && !this.#isSettled);
  }

  /** Tell whether there is nothing that would be lost with the page. */
  get isSafe() {
    return this.#isOnItsWay || this.#byScript;
  }

  get #isOnItsWay() {
    return this.#event !== null && !this.#event.defaultPrevented;
  }
}

/** A form whose answer is shown elsewhere, or nowhere, leaves the page as it is. */
function staysHere({ target: form, submitter }) {
  const said = (name) =>
    (submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "").toLowerCase();
  return said("method") === "dialog" || !["", "_self"].includes(said("target"));
}
