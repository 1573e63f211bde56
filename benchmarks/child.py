"""One benchmark in a process and a database of its own; its rows go out as lines of JSON."""

import json
import sys
from dataclasses import asdict
from importlib import import_module

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from benchmarks import sizes


def main(group: str, size: str) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    # The benchmarks' own tables have no migrations: they are made as the models are.
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("benchmarks").get_models():
            editor.create_model(model)
    for row in import_module(f"benchmarks.{group}").rows(getattr(sizes, size)):
        print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
