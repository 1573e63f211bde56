"""The commands of setuptools, which make first what is not in git."""

from subprocess import CalledProcessError
from typing import Any

from setuptools.command.build_py import build_py
from setuptools.command.egg_info import egg_info
from setuptools.command.sdist import sdist
from setuptools.errors import SetupError

from building import catalogues, frontend
from building.node import NoNode


def make() -> None:
    """Make everything that the package holds and git does not."""
    catalogues.build()
    try:
        frontend.build()
    except (NoNode, frontend.Incomplete) as error:
        raise SetupError(str(error)) from None
    except CalledProcessError:
        raise SetupError(
            "The widget's JavaScript was not built; npm says above why. For what the lock names it "
            "asks the registry that npm is configured with."
        ) from None


class EggInfo(egg_info):
    """Names all licences: those of what is bundled are known when it is."""

    def run(self) -> None:
        """Make what is not there yet, as it is asked before all else, then write."""
        if not frontend.LICENCES.exists():
            make()
        metadata: Any = self.distribution.metadata  # whose stub does not know of them
        theirs = frontend.LICENCES.relative_to(frontend.ROOT).as_posix()
        metadata.license_files = list(dict.fromkeys([*(metadata.license_files or []), theirs]))
        super().run()


class BuildPy(build_py):
    """For wheels, and for installs that people edit."""

    def run(self) -> None:
        """Make, then build."""
        make()
        super().run()


class Sdist(sdist):
    """Holds what was made: whoever builds from it needs no Node.js."""

    def run(self) -> None:
        """Make, then pack."""
        make()
        super().run()


COMMANDS = {"egg_info": EggInfo, "build_py": BuildPy, "sdist": Sdist}
