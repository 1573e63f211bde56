/** How often each part has not come: by its address. */
const failed = new Map();

/** A module that did not come once is not asked for again under the same address. */
const again = (address, times) =>
  times ? `${address}${address.includes("?") ? "&" : "?"}again=${times}` : address;

/** Load a part of the script; asked again after it did not come, it is tried again. */
export async function load(address) {
  const times = failed.get(address) ?? 0;
  try {
    return await import(again(address, times));
  } catch (error) {
    failed.set(address, times + 1);
    throw error;
  }
}
