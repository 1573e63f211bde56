"""What can be asked of the widget's bundle."""

import re
import subprocess

from building.node import node

FOLDER = "gallery_events/static/gallery_events/dist/"
LICENCES = f"{FOLDER}LICENSES.txt"
#: The first comes with the page, the others when they are needed.
ENTRIES = ("gallery-input", "arranging", "cropping", "resuming", "uploading")
FILES = {f"{FOLDER}{name}.js" for name in ENTRIES}
#: What makes code of text, which a strict policy forbids.
COMPILED = re.compile(r"\beval\(|\bFunction\(|setTimeout\([\"'`]")
#: What another file would be fetched by, whose name changes with its content where a site is served.
FETCHED = re.compile(r"\bfrom\s*[\"']|\bimport\s*[\"']|\bimport\([\"'`]|sourceMappingURL")
PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
BROTLI = "process.stdin.toArray().then((all) => console.log(require('zlib').brotliCompressSync(Buffer.concat(all)).length))"


def brotli(content):
    """Return how many bytes the strongest brotli makes of it."""
    done = subprocess.run(
        [node().program, "-e", BROTLI], input=content, capture_output=True, check=True
    )
    return int(done.stdout)


def packages(sources):
    """Return whose work is among the sources that a source map names."""
    return {found[1] for source in sources if (found := PACKAGE.search(source))}
