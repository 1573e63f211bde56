"""
Set the demo up, tell its story, and serve its site.

    .venv/bin/python -m demo [PORT] [--no-serve] [--proof] [--photographs FOLDER]
"""

import argparse
import os
import sys
from pathlib import Path

import django


def main() -> int:
    arguments = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    django.setup()

    from demo.show import show  # noqa: PLC0415 - models exist only once the apps are ready

    try:
        return show(arguments)
    except KeyboardInterrupt:
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Tell the story, serve it.")
    parser.add_argument("port", nargs="?", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true", help="only set up and tell the story")
    parser.add_argument("--proof", action="store_true", help="only open every picture again")
    parser.add_argument(
        "--photographs", type=Path, metavar="FOLDER", help="pictures to tell it with, 22 or more"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
