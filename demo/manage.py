#!/usr/bin/env python
"""Django's commands on the demo's data, say `.venv/bin/python demo/manage.py shell`."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # The checkout in place of this folder, whose modules would otherwise be found without "demo.".
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    execute_from_command_line(sys.argv)
