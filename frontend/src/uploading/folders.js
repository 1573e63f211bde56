import { kinds } from "./checks.js";

/** What systems put into folders for themselves. */
const HIDDEN = /^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

/**
 * Return the files of what was brought, folders and all, in the order of their names.
 *
 * Of a folder only the pictures count, for nobody chose the others. An entry that cannot be read is
 * named in `unreadable`; the others are not lost for it.
 *
 * @param {{ files: File[], entries?: FileSystemEntry[], isFolder?: boolean }} brought
 * @param {{ formats: string[] }} configuration
 */
export async function gathered({ files, entries = [], isFolder = false }, { formats }) {
  const found = { files: [], unreadable: [], leftOut: 0 };
  if (isFolder) found.files = byName(files);
  else if (entries.some((entry) => entry?.isDirectory)) {
    for (const entry of entries) if (entry) await walk(entry, found);
  } else return { ...found, files: [...files] };
  const seen = found.files.filter(({ name }) => !HIDDEN.test(name));
  found.files = seen.filter((file) => kinds(file).some((kind) => formats.includes(kind)));
  return { ...found, leftOut: seen.length - found.files.length };
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
function byName(named) {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return [...named].sort((one, other) =>
    compare(one.webkitRelativePath || one.name, other.webkitRelativePath || other.name),
  );
}
