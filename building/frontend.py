"""The widget's JavaScript: bundled from ``frontend/`` into the package's static files."""

from pathlib import Path

from building.node import NoNode, node

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend"
#: Of what is bundled. Written last: where it stands, the bundle is whole.
LICENCES = ROOT / "gallery_events/static/gallery_events/dist/LICENSES.txt"


class Incomplete(Exception):
    """There is neither a bundle nor what to build it from."""


def build() -> None:
    """
    Bundle what is in ``frontend/``.

    A source distribution holds the bundle and no sources: there is nothing to do.
    Nor is there without Node.js, as long as a bundle is there.
    """
    if not (SOURCES / "package.json").exists():
        if not LICENCES.exists():
            raise Incomplete(
                f"Neither {SOURCES.name}/ nor {LICENCES.parent.relative_to(ROOT)}/ is here: this "
                "is no whole source distribution. Take one, or a wheel, or a clone of the "
                "repository."
            )
        return
    try:
        run("build")
    except NoNode as error:
        if not LICENCES.exists():
            raise
        print(f"The widget's JavaScript stays as it was built before. {error}")


def run(script: str) -> None:
    """Run a script of ``package.json``, with what it needs installed as the lock says."""
    program = node()
    # Whoever installs the package needs no linter; and one that is there stays.
    wanted = "esbuild" if script in {"build", "watch", "test"} else "@biomejs/biome"
    if not _installed(wanted):
        leaving = ["--omit=dev"] if wanted == "esbuild" else []
        program.run("ci", "--ignore-scripts", *leaving, folder=SOURCES)
    program.run("run", "--silent", script, folder=SOURCES)


def _installed(package: str) -> bool:
    """Tell whether npm has installed *package* since the lock was last written."""
    modules, lock = SOURCES / "node_modules", SOURCES / "package-lock.json"
    done = modules / ".package-lock.json"
    return (
        (modules / package).exists()
        and done.exists()
        and done.stat().st_mtime >= lock.stat().st_mtime
    )
