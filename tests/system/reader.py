"""
Run the blocks of a page in the project that this is started in, one after the other.

    cd PROJECT && python -m tests.system.reader PAGE

Files that the page shows are in their places already. The names that the pages
speak of are there from the beginning: see PRELUDE.
"""

import doctest
import os
import shlex
import sys
from importlib import import_module
from pathlib import Path

import django
from django.template import engines
from django.test.utils import setup_test_environment

from tests.system.newproject import run
from tests.system.pages import blocks

#: What "album", "image" and the others are, on every page that does not say it itself.
PRELUDE = """
from datetime import timedelta

from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory
from django.utils import timezone

from albums.models import Album
from gallery_events.flows import upload
from tests.pictures import picture

anna = User.objects.create_user("anna", password="anna")
admin = User.objects.create_superuser("admin", password="admin")
client = Client()
client.force_login(admin)
album = Album(title="Summer")
for name in ("harbour.jpg", "beach.png", "night.webp"):
    album.photos.append(upload.receive(picture(name), user=anna).pk)
album.save()
image = album.photos.images()[0]
file = picture("mole.jpg")
request = RequestFactory().get("/")
request.user = admin
"""


def main(page):
    os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
    django.setup()
    setup_test_environment(debug=True)
    names = {"__name__": "page"}
    exec(compile(PRELUDE, "prelude", "exec"), names)
    for block in blocks(Path(page)):
        if block.is_run:
            RUN["file" if block.name else block.language](block, names)


def file(block, names):
    """Load what stands in its place already: nothing else on the page may need it."""
    path = Path(block.name)
    if path.suffix == ".py":
        import_module(".".join(path.with_suffix("").parts))
    elif path.suffix == ".html":
        engines["django"].get_template(str(path.relative_to("albums/templates")))


def python(block, names):
    # Lines are counted as on the page, so that an error names the right one.
    exec(compile("\n" * block.line + block.text, str(block), "exec"), names)


def template(block, names):
    shown = {name: value for name, value in names.items() if not name.startswith("_")}
    rendered = engines["django"].from_string(block.text).render(shown, names["request"])
    names["rendered"] = rendered
    assert rendered.strip(), f"{block} shows nothing"


def shell(block, names):
    for line in block.text.splitlines():
        # Where it prints to is somebody else's folder.
        command = shlex.split(line.partition(" > ")[0], comments=True)
        if command:
            assert command[:2] == ["python", "manage.py"], f"{block} runs {line!r}"
            done = run(sys.executable, *command[1:], cwd=".")
            allowed = (0, 2)  # done, and done with something to look at
            assert done.returncode in allowed, f"{block}: {line}\n{done.stdout}{done.stderr}"


def console(block, names):
    """Run a command and compare what it prints with what the page shows; "..." is anything."""
    first, _, shown = block.text.partition("\n")
    command = shlex.split(first.removeprefix("$ "))
    assert command[:2] == ["python", "manage.py"], f"{block} runs {first!r}"
    done = run(sys.executable, *command[1:], cwd=".")
    # Where a page breaks a line, so may the program; what counts are the words.
    printed, shown = (" ".join(text.split()) for text in (done.stdout + done.stderr, shown))
    alike = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
    assert alike, f"{block} shows:\n{shown}\nbut it printed:\n{printed}"


RUN = {"file": file, "python": python, "html": template, "sh": shell, "console": console}

if __name__ == "__main__":
    main(*sys.argv[1:])
