/*
 * Shows the pictures of a gallery one by one, large, in the dialog that the server wrote beside them.
 * Where it does not run, each link opens its picture. Nothing here is inline: a strict policy holds.
 */

/** So far, in CSS pixels, does a finger go before it has swiped. */
const SWIPE = 40;
/** What each key adds to the place; the ends are reached through Infinity. */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** The pictures that a link stands for, as large as the window takes them, loaded at once. */
function enlarged(link) {
  const picture = (link.querySelector("picture") ?? link.querySelector("img")).cloneNode(true);
  const img = picture.querySelector("img") ?? picture;
  const [width, height] = [+link.dataset.width, +link.dataset.height];
  const shown =
    width && height ? Math.min(width, innerWidth, (innerHeight * width) / height) : innerWidth;
  for (const each of [img, ...picture.querySelectorAll("source")])
    each.sizes = `${Math.ceil(shown)}px`;
  // A form shows thumbnails: the picture is what the link leads to.
  if (picture === img && !img.srcset) img.src = link.href;
  picture.removeAttribute("class");
  img.removeAttribute("class");
  img.loading = "eager";
  img.draggable = false;
  if (width && height) Object.assign(img, { width, height });
  return picture;
}

/** Make the dialog of one gallery work; return what opens it at a link. */
function prepare(gallery, dialog) {
  const part = (name) => dialog.querySelector(`.gallery-lightbox-${name}`);
  const stage = part("stage");
  let links, at, opener, finger;

  const show = (place) => {
    at = place;
    const picture = enlarged(links[at]);
    const alt = (picture.querySelector("img") ?? picture).alt;
    const caption = links[at].dataset.caption ?? "";
    stage.replaceChildren(picture);
    part("position").textContent = dialog.dataset.position
      .replace("{number}", at + 1)
      .replace("{count}", links.length);
    part("alt").textContent = alt === caption ? "" : alt;
    part("caption").textContent = caption;
  };
  /** Go on by so many, around the ends; Infinity goes to one of them. */
  const go = (step) => {
    const last = links.length - 1;
    show(Number.isFinite(step) ? (at + step + links.length) % links.length : step < 0 ? 0 : last);
  };
  const forward = () => (getComputedStyle(dialog).direction === "rtl" ? -1 : 1);

  part("previous").addEventListener("click", () => go(-1));
  part("next").addEventListener("click", () => go(1));
  dialog.addEventListener("click", ({ target }) => {
    // Beside the picture, too, as people expect it.
    if (target === dialog || target === stage || target.closest(".gallery-lightbox-close"))
      dialog.close();
  });
  dialog.addEventListener("close", () => {
    stage.replaceChildren();
    opener.focus();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(Number.isFinite(step) ? step * forward() : step);
  });
  stage.addEventListener("pointerdown", (event) => {
    // A second finger zooms, and in a zoomed page one finger looks around.
    const swipes = event.isPrimary && event.pointerType !== "mouse" && visualViewport.scale <= 1;
    finger = swipes ? event : undefined;
  });
  stage.addEventListener("pointercancel", () => (finger = undefined));
  stage.addEventListener("pointerup", (event) => {
    if (!finger || event.pointerId !== finger.pointerId) return;
    const [across, down] = [event.clientX - finger.clientX, event.clientY - finger.clientY];
    finger = undefined;
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down))
      go(-Math.sign(across) * forward());
  });

  return (link) => {
    // Looked up each time: a page may have changed its gallery.
    links = [...gallery.querySelectorAll(":not([hidden]) > a.gallery-link")];
    opener = link;
    const alone = links.length < 2;
    part("previous").hidden = part("next").hidden = alone;
    dialog.showModal();
    show(links.indexOf(link));
  };
}

const prepared = new WeakMap();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-gallery-lightbox] a.gallery-link");
  // Whoever opens a link elsewhere, or saves it, means the link.
  if (
    !link ||
    event.defaultPrevented ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey ||
    event.shiftKey
  )
    return;
  const gallery = link.closest("[data-gallery-lightbox]");
  const dialog = gallery.querySelector("dialog.gallery-lightbox");
  if (!dialog?.showModal) return;
  event.preventDefault();
  if (!prepared.has(dialog)) prepared.set(dialog, prepare(gallery, dialog));
  prepared.get(dialog)(link);
});
