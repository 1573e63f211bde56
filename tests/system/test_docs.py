"""The pages say what is there, and every block of code in them runs."""

import shutil
import subprocess
import sys

import pytest

from tests.system.newproject import ENVIRONMENT, Project
from tests.system.pages import DOCS, PAGES, ROOT, blocks

#: What cannot be run here, by page and first line, and why.
NOT_RUN = {
    ("README.md", "make demo    # a photo club with real photographs at http://localhost:8000/"): (
        "a fresh clone is what it is for; tests/system/test_demo.py runs the demo"
    ),
    ("access.md", "location /protected/ {"): "it is for nginx",
    ("access.md", "XSendFile on"): "it is for Apache",
    ("from-django-galleryfield.md", "# albums/models.py, as it was"): (
        "no Django of ours shows its form; tests/system/test_moving.py begins with it"
    ),
    (
        "from-django-galleryfield.md",
        "python manage.py makemigrations albums && python manage.py migrate",
    ): "the old app is not installed here; tests/system/test_moving.py drops it",
    ("imaging.md", "# albums/tasks.py"): "Celery is not needed here, so not installed",
    ("imaging.md", r"location ~ ^/media/gallery/.*\.svg$ {"): "it is for nginx",
    ("protocol.md", ".venv/bin/pytest tests/faults/model             # all of it, as assertions"): (
        "the tests would start themselves"
    ),
    ("schedule.md", "@shared_task(acks_late=True)"): "Celery is not needed here, so not installed",
    ("tutorial.md", "python -m pip install django-gallery-events"): (
        "it is installed here; tests/system/stranger.py installs the wheel"
    ),
    ("widget.md", "// albums/static/albums/watch.js"): (
        "it is for browsers; tests/system/test_widget_docs.py holds the events that it names"
    ),
    ("widget.md", ".gallery-input {"): (
        "it is for browsers; tests/system/test_widget_docs.py holds the properties that it sets"
    ),
    ("tutorial.md", "python manage.py createsuperuser"): "it asks, and the server never ends",
    ("tutorial.md", "python manage.py crontab add"): (
        "the machine's crontab is not ours; tests/system/test_crontab.py has one to add to"
    ),
}
TUTORIAL = DOCS / "tutorial.md"
RUN = [page for page in PAGES if page != TUTORIAL and any(each.is_run for each in blocks(page))]


def test_what_is_not_run_has_its_reason():
    found = [
        (page.name, each.first_line)
        for page in PAGES
        for each in blocks(page)
        if "not-run" in each.info
    ]

    assert sorted(found) == sorted(NOT_RUN)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return Project.start(tmp_path_factory.mktemp("template") / "project")


@pytest.fixture
def project(template, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(template.folder, folder)
    return Project(folder)


def put(project, block):
    """Write the file that a block is; settings are added to those that are there."""
    if block.name == "mysite/settings.py":
        project.configure(block.text)
        return
    path = project.folder / block.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


@pytest.mark.sqlite
@pytest.mark.parametrize("told", RUN, ids=lambda page: page.stem)
def test_every_block_of_a_page_runs(told, project):
    for each in blocks(told):
        if each.is_run and each.name:
            put(project, each)
    # A page says all that it needs; the project has some of it.
    project.configure("INSTALLED_APPS = list(dict.fromkeys(INSTALLED_APPS))")
    project.configure("MIDDLEWARE = list(dict.fromkeys(MIDDLEWARE))")
    if any(each.name == "albums/models.py" for each in blocks(told)):
        project.succeed("makemigrations", "albums")
        project.succeed("migrate")
    project.succeed("check", "--database", "default", "--fail-level", "WARNING")
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.reader", told],
        check=False, cwd=project.folder, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
