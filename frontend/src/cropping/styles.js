/* The style sheet of the dialog: loaded with it, so that pages on which nobody crops do without. */

/** Put the sheet at *address* into the page once; resolve when it holds. */
export function styled(address) {
  if (!address) return Promise.resolve();
  const there = [...document.querySelectorAll("link[rel=stylesheet]")].find(
    (each) => each.getAttribute("href") === address,
  );
  if (there) return there.loading ?? Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet" });
  link.setAttribute("href", address);
  link.loading = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener(
      "error",
      () => {
        link.remove();
        reject(new Error(`The style sheet ${address} cannot be loaded.`));
      },
      { once: true },
    );
  });
  document.head.append(link);
  return link.loading;
}
