"""A project that has django-galleryfield moves over, as the page says, and loses nothing."""

import json
import shlex
import sys
from importlib.util import find_spec

import pytest

from tests.system.newproject import ENVIRONMENT, Project, run
from tests.system.pages import DOCS, ROOT, blocks
from tests.system.stranger import blocks as readme

PAGE = DOCS / "from-django-galleryfield.md"
#: What django-galleryfield 2.2.0 has of models and fields. It is not among what the tests install,
#: since no Django that we support shows its form; where it is installed, it is itself taken.
PREDECESSOR = {
    "__init__.py": "",
    "fields.py": """
from django.db import models


class GalleryField(models.JSONField):
    def __init__(self, target_model=None, *args, **kwargs):
        self.target_model = target_model or "galleryfield.BuiltInGalleryImage"
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["target_model"] = self.target_model
        return name, path, args, kwargs
""",
    "models.py": """
from django.conf import settings
from django.db import models


class BuiltInGalleryImage(models.Model):
    image = models.ImageField(upload_to="images")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
""",
}
BEFORE = """
from django.contrib.auth.models import User
from galleryfield.models import BuiltInGalleryImage
from albums.models import Album
from tests.pictures import picture

anna = User.objects.create_user("anna")
keys = []
for name in ("harbour.jpg", "mole.png", "beach.gif", "alone.jpg"):
    image = BuiltInGalleryImage(creator=anna)
    image.image.save(name, picture(name))
    keys.append(image.pk)
harbour, mole, beach, alone = keys
broken = BuiltInGalleryImage(creator=anna)
broken.image.save("broken.jpg", picture("broken.jpg"))
with broken.image.storage.open(broken.image.name, "wb") as file:
    file.write(b"cut off")
Album.objects.create(title="Summer", images=[beach, harbour])
Album.objects.create(title="Shared", images=[str(harbour), mole, harbour, 999, broken.pk])
Album.objects.create(title="Empty", images=[])
Album.objects.create(title="Never", images=None)
"""
GALLERIES = """
import json
from albums.models import Album

found = {each.title: [str(image) for image in each.photos.images()] for each in Album.objects.all()}
print(json.dumps(found))
"""
AFTER = """
import json
from albums.models import Album
from gallery_events.models import Image, Reference

print(json.dumps({
    "old": {each.title: each.images for each in Album.objects.all()},
    "versions": [each.history.count() for each in Album.objects.order_by("pk")],
    "keys": [list(each.photos) for each in Album.objects.order_by("pk")],
    "images": Image.objects.count(),
    "users": sorted({image.uploaded_by.username for image in Image.objects.all()}),
    "references": Reference.objects.filter(until=None).count(),
}))
"""


def told(step):
    """Return the blocks of one step of the page."""
    text = PAGE.read_text(encoding="utf-8")
    start = text.index(f"\n### {step}")
    end = text.find("\n### ", start + 1)
    first, last = (text.count("\n", 0, at) for at in (start, end if end > 0 else len(text)))
    return [each for each in blocks(PAGE) if first < each.line <= last]


def follow(project, step):
    """Do what a step says: write its files, run its commands; return what they printed."""
    printed = ""
    for block in told(step):
        if block.name:
            write(project, block.name, block.text)
        elif block.language == "sh":
            for line in block.text.splitlines():
                done = project.manage(*shlex.split(line)[2:])
                assert done.returncode == 0, done.stdout + done.stderr
                printed += done.stdout + done.stderr
    return printed


def write(project, name, text):
    path = project.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def shell(project, code):
    return project.succeed("shell", "-c", code, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)})


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project that was made with the predecessor, has pictures, and has got new models."""
    project = Project(tmp_path_factory.mktemp("old") / "project")
    project.folder.mkdir()
    for command in (["startproject", "mysite", "."], ["startapp", "albums"]):
        done = run(sys.executable, "-m", "django", *command, cwd=project.folder)
        assert done.returncode == 0, done.stderr
    real = find_spec("galleryfield") is not None
    apps = ["galleryfield", "albums", *(["sorl.thumbnail"] if real else [])]
    project.configure(f'INSTALLED_APPS += {apps}\nMEDIA_ROOT = BASE_DIR / "media"')
    write(project, "albums/models.py", blocks(PAGE)[0].text)
    if not real:
        for name, text in PREDECESSOR.items():
            write(project, f"galleryfield/{name}", text)
        project.succeed("makemigrations", "galleryfield")
    project.succeed("makemigrations", "albums")
    project.succeed("migrate")
    shell(project, BEFORE)
    python, _ = readme()
    project.configure(python["settings.py"].replace(', "albums"]', "]"))
    follow(project, "3. Models")
    return project


@pytest.fixture(scope="module")
def printed(project):
    """Return what the command of the page says that moves files and lists."""
    return follow(project, "4. Files and lists")


def galleries(project):
    return json.loads(shell(project, GALLERIES).splitlines()[-1])


def state(project):
    return json.loads(shell(project, AFTER).splitlines()[-1])


@pytest.mark.sqlite
def test_every_gallery_has_its_pictures_in_their_order(project, printed):
    assert galleries(project) == {
        "Summer": ["beach.gif", "harbour.jpg"],
        "Shared": ["harbour.jpg", "mole.png"],
        "Empty": [],
        "Never": [],
    }


@pytest.mark.sqlite
def test_what_cannot_be_moved_is_named(project, printed):
    assert "image 999: OldImage matching query does not exist." in printed
    assert "image 5: " in printed
    assert printed.count("image ") >= 2


@pytest.mark.sqlite
def test_a_picture_of_two_galleries_stays_one_picture_of_its_owner(project, printed):
    found = state(project)
    summer, shared, _, _ = found["keys"]
    assert summer[1] == shared[0]
    assert found["images"] == 3
    assert (found["references"], found["users"]) == (4, ["anna"])


@pytest.mark.sqlite
def test_nothing_of_the_old_is_touched(project, printed):
    assert state(project)["old"]["Summer"] == [3, 1]
    names = {path.name for path in (project.folder / "media" / "images").iterdir()}
    assert names == {"harbour.jpg", "mole.png", "beach.gif", "alone.jpg", "broken.jpg"}


@pytest.mark.sqlite
def test_the_command_goes_on_where_it_stopped_and_does_nothing_twice(project, printed):
    before = state(project)
    follow(project, "4. Files and lists")
    assert state(project) == before
    assert before["versions"] == [2, 2, 1, 1]  # the first is its baseline


@pytest.mark.sqlite
def test_the_project_is_sound_afterwards(project, printed):
    project.succeed("check", "--fail-level", "WARNING")
    project.succeed("gallery_rebuild", "--check")


@pytest.mark.sqlite
def test_the_old_can_be_dropped_in_the_end(project, printed):
    models = (project.folder / "albums" / "models.py").read_text(encoding="utf-8")
    kept, _, _ = models.partition("class OldImage")
    lines = [line for line in kept.splitlines() if "images =" not in line]
    write(project, "albums/models.py", "\n".join(lines) + "\n")
    (project.folder / "albums/management/commands/move_images.py").unlink()
    before = galleries(project)
    project.succeed("makemigrations", "albums")
    project.succeed("migrate")
    project.succeed("migrate", "galleryfield", "zero")
    project.succeed("check", "--fail-level", "WARNING")
    assert galleries(project) == before
