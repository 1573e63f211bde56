"""
Follow the README with nothing but a wheel, in a new project outside the repository.

    python tests/system/stranger.py FOLDER_WITH_THE_WHEEL

The code comes out of the README's blocks; what is added here only looks at
what came of it.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PHOTOGRAPH = 'from PIL import Image; Image.radial_gradient("L").convert("RGB").save("harbour.jpg")'

# Runs in the shell in which the README's usage has just run.
AFTERWARDS = """
import datetime
import pathlib
from django.conf import settings
from django.utils import timezone

import gallery_events
from audit.models import Entry
from gallery_events.models import Image, Reference, Tombstone

def files():
    found = pathlib.Path(settings.MEDIA_ROOT).rglob("*")
    # That folder holds what says whose storage this is.
    return [path for path in found if path.is_file() and path.parent.name != "gallery-events"]

assert "site-packages" in gallery_events.__file__, gallery_events.__file__
assert list(Album.objects.get().photos) == [image.pk], "the restored picture is not in its gallery"
assert files(), "no file was stored"

days = iter(range(40, 1000, 40))
def later():
    return timezone.now() + datetime.timedelta(days=next(days))

sweep.sweep(now=later())
assert Image.objects.count() == 1 and files(), "a picture in a gallery was swept"

album.photos.clear()
album.save()
for _ in range(6):
    print(sweep.sweep(now=later()))
assert not Image.objects.exists(), "what nobody needs any more was not purged"
assert not Reference.objects.exists()
assert Tombstone.objects.count() == 1
assert not files(), files()
told = list(Entry.objects.about_image(image).values_list("kind", flat=True))
assert told[0] == "image_uploaded" and told[-1] == "files_removed", told
print("the stranger is content")
"""


def blocks():
    """Return the README's Python by the name in its first line, and its manage.py commands."""
    python, commands = {}, []
    for language, text in BLOCK.findall(README.read_text(encoding="utf-8")):
        if language == "python":
            python[text.splitlines()[0].removeprefix("# ")] = text
        commands += re.findall(r"^python (manage\.py .*)$", text, re.MULTILINE)
    return python, commands


def main(wheels):
    (wheel,) = Path(wheels).resolve().glob("*.whl")
    python, commands = blocks()
    with tempfile.TemporaryDirectory(prefix="stranger-") as name:
        folder = Path(name)
        venv.create(folder / "env", with_pip=True)
        # Neither PYTHONPATH nor settings of ours: what is found is found in the wheel.
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO"))}

        def run(*arguments, **options):
            print("stranger:", *map(str, arguments[:4]), flush=True)
            interpreter = folder / "env" / "bin" / "python"
            subprocess.run(
                [interpreter, *arguments], check=True, cwd=folder, env=clean, text=True, **options
            )

        run("-m", "pip", "install", "-qq", wheel)
        run("-m", "django", "startproject", "mysite", ".")
        run("manage.py", "startapp", "albums")
        with (folder / "mysite" / "settings.py").open("a", encoding="utf-8") as settings:
            settings.write(python["settings.py"])
        (folder / "albums" / "models.py").write_text(python["models.py"], encoding="utf-8")
        for command in commands:
            run(*command.split())
        run("manage.py", "makemigrations", "--check")
        run("manage.py", "check", "--fail-level", "WARNING")
        run("-c", PHOTOGRAPH)
        run("manage.py", "gallery_sweep")  # the first one only reports
        run("manage.py", "shell", input=python["python manage.py shell"] + AFTERWARDS)
        for command in ("audit_verify", "gallery_doctor", "gallery_schedule"):
            run("manage.py", command)


if __name__ == "__main__":
    main(*sys.argv[1:])
