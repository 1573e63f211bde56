import { MADE, make } from "./making.js";

/** Show the picture of an image that was made from data, or what stands for it. */
export function picture(gallery, item, image) {
  const link = item.querySelector("a.gallery-link");
  if (!image.thumbnail) {
    const word = image.gone ? "arranging.gone" : "arranging.unseen";
    const className = "gallery-thumbnail gallery-no-picture";
    const stand = make("span", { className, textContent: gallery.say(word) });
    stand.removeAttribute(MADE);
    link?.replaceWith(stand);
    return;
  }
  const img = item.querySelector("img");
  if (img) img.src = image.thumbnail;
  if (link) {
    link.href = image.shown ?? image.url;
    Object.assign(link.dataset, { width: image.width, height: image.height });
  }
  echo(item, { alt: image.alt ?? "", caption: image.caption ?? "" });
}

/** Have the picture say what its texts say: it is shown with them, large too. */
export function echo(item, { alt, caption }) {
  const img = item.querySelector("img.gallery-thumbnail");
  if (img && alt !== undefined) img.alt = alt;
  const link = item.querySelector("a.gallery-link");
  if (link && caption !== undefined) link.dataset.caption = caption;
}
