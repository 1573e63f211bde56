/** What systems put into folders for themselves. */
const HIDDEN = /^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

/**
 * Return the files of what was dropped, folders and all, in the order of their names.
 *
 * An entry that cannot be read is named in *unreadable*; the others are not lost for it.
 * Items are only there while the event is being handled, so entries are taken at once.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<{ files: File[], unreadable: string[], fromFolder: boolean }>}
 */
export async function dropped(transfer) {
  const entries = [...(transfer.items ?? [])]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.());
  if (!entries.some((entry) => entry?.isDirectory)) {
    return { files: [...transfer.files], unreadable: [], fromFolder: false };
  }
  const found = { files: [], unreadable: [], fromFolder: true };
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  if (HIDDEN.test(entry.name)) return;
  try {
    if (entry.isFile) found.files.push(await fileOf(entry));
    else for (const each of await within(entry)) await walk(each, found);
  } catch {
    found.unreadable.push(entry.name);
  }
}

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** A browser hands out a folder by the hundred, until it hands out nothing. */
async function within(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return byName(entries);
    entries.push(...some);
  }
}

/** Return files or entries in the order in which people count them: 2 before 10. */
export function byName(named) {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return [...named].sort((one, other) =>
    compare(one.webkitRelativePath || one.name, other.webkitRelativePath || other.name),
  );
}

/** Tell whether a file of a folder is one of those that systems put there for themselves. */
export const isHidden = (file) => HIDDEN.test(file.name);
