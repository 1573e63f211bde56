"""``python -m building [SCRIPT]``: build the widget, or run another script of ``frontend/package.json``."""

import subprocess
import sys

from building import frontend
from building.node import NoNode


def main() -> None:
    script = sys.argv[1] if len(sys.argv) > 1 else "build"
    try:
        frontend.run(script)
    except NoNode as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    except KeyboardInterrupt:
        pass  # the way to end `watch`


if __name__ == "__main__":
    main()
