"""The moment, and what is asked of JSON, in each database's own words."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class Moment(Now):
    """
    The time of the database, as the project's dates are read back.

    PostgreSQL stores moments. SQLite stores what it is given, and Django reads
    that as local time where ``USE_TZ`` is False: there ``Now()`` is hours off.
    """

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return UTC, or the local time of a project without time zones."""
        if settings.USE_TZ:
            return super().as_sqlite(compiler, connection, **context)
        template = "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW', 'localtime')"
        return self.as_sql(compiler, connection, template=template, **context)


class Holds(Func):
    """Whether the list at *path* in a JSON column holds *value*."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, path: tuple[str, ...], value: Any) -> None:
        super().__init__(*expressions)
        self.path, self.value = path, value

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Ask by containment: of each row, unless the project has a GIN index on the column."""
        column, params = compiler.compile(self.source_expressions[0])
        wanted: Any = [self.value]
        for step in reversed(self.path):
            wanted = {step: wanted}
        return f"({column} @> %s::jsonb)", (*params, json.dumps(wanted))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Look through the list, which may not be there."""
        column, params = compiler.compile(self.source_expressions[0])
        path = "$" + "".join(f'."{step}"' for step in self.path)
        query = f"EXISTS (SELECT 1 FROM json_each({column}, %s) WHERE value = %s)"  # noqa: S608 - the column is quoted by the compiler
        return query, (*params, path, self.value)
