import { again } from "./uploading/again.js";

/** How often each part has not come: by its address. */
const failed = new Map();

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
