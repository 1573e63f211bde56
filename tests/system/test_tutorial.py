"""The tutorial, followed word by word in a folder of its own."""

import shlex
import sys

import pytest

from tests.system.newproject import ENVIRONMENT, Project, run
from tests.system.pages import DOCS, ROOT, blocks

#: The project has a database of its own: once is enough.
pytestmark = pytest.mark.sqlite


def follow(block, project):
    """Do what a block says: write its file, or run its commands."""
    if block.name == "mysite/settings.py":
        project.configure(block.text)
    elif block.name:
        path = project.folder / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    else:
        assert block.language == "sh", f"{block} is neither a file nor a command"
        for line in block.text.splitlines():
            command = shlex.split(line, comments=True)
            assert command[0] == "python"
            done = run(sys.executable, *command[1:], cwd=project.folder)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_a_stranger_who_follows_the_tutorial_has_a_gallery_with_a_history(tmp_path):
    project = Project(tmp_path)
    for block in blocks(DOCS / "tutorial.md"):
        if block.is_run:
            follow(block, project)
    done = run(
        sys.executable, "-m", "tests.system.follower",
        cwd=tmp_path, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.outcomes() == ["reported", "done"]
