/* How the dialog is left: at once when nothing was done in it, else after a question. */

/** The ways out. */
export class Leaving {
  #parts;
  #isChanged;

  /** *isChanged* tells whether something would be lost. */
  constructor(parts, isChanged) {
    this.#parts = parts;
    this.#isChanged = isChanged;
    const { dialog, close, cancel, keep, discard } = parts;
    discard.addEventListener("click", () => dialog.close());
    keep.addEventListener("click", () => this.#ask(false));
    for (const each of [close, cancel]) each.addEventListener("click", () => this.#leave());
    dialog.addEventListener("cancel", (event) => {
      event.stopPropagation();
      if (!isChanged()) return;
      event.preventDefault();
      this.#leave();
    });
  }

  #leave() {
    const { question, dialog } = this.#parts;
    if (this.#isChanged() && question.hidden) this.#ask(true);
    else dialog.close();
  }

  #ask(asking) {
    const { question, foot, keep, cancel } = this.#parts;
    question.hidden = !asking;
    foot.hidden = asking;
    (asking ? keep : cancel).focus();
  }
}
