/** Return the address of a module by which it is asked for once more: one that did not come once never does under the same. */
export function again(address, attempt) {
  return attempt ? `${address}${address.includes("?") ? "&" : "?"}again=${attempt}` : address;
}
