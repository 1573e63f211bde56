"""How far the history has been verified, by the order in which its rows were written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import connections, models, router

from audit.models import Verification
from gallery_events import galleries, history, sql

#: So many rows before the mark are read again: a number is taken a moment before its transaction
#: is known to the others.
MARGIN = 20
#: So many owners that differed are looked at again; with more, the mark stays where it was.
MOST_AGAIN = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """
    Up to where the snapshots of one model were compared.

    Rows up to *safe* need no second look: all were committed when they were
    compared. Rows up to *seen* existed, though some of them, or of a lower
    number, may have been in transactions that were open then: all those are
    older than the transaction number *horizon*. *again* are owners that
    differed. Rows from *witnessed* on must be in the trail.
    """

    safe: int = 0
    seen: int = 0
    horizon: int | None = None
    witnessed: int = 0
    again: tuple[str, ...] = ()

    @property
    def after(self) -> int:
        """The row after which to compare."""
        return max(0, self.safe - MARGIN)


def last() -> dict[str, Mark] | None:
    """Return the marks of the last verification by model; None when there was none."""
    row = _rows().order_by("pk").last()
    if row is None:
        return None
    return {
        label: Mark(**{**told, "again": tuple(told["again"])}) for label, told in row.marks.items()
    }


def stored(marks: dict[str, Mark]) -> dict[str, Any]:
    """Return marks as a verification holds them."""
    return {label: asdict(mark) for label, mark in marks.items()}


def is_ordered(model: type[models.Model]) -> bool:
    """Tell whether the rows of a history are numbered in the order they were written."""
    return isinstance(history.history_model(model)._meta.pk, models.AutoField)


def move(mark: Mark, model: type[models.Model], using: str) -> tuple[Mark, Mark]:
    """
    Return from where to compare, beginning now, and the mark that holds once that is done.

    Read them before comparing. PostgreSQL gives numbers before it commits, so a
    lower one may appear after a higher one: the mark moves to what an earlier
    verification saw when every transaction of that time has ended, or to the
    end when none is open at all. On SQLite the numbers come as they are
    committed. A history that became shorter is another one: all of it is compared.
    """
    newest, oldest_open, next_one = _ends(model, using)
    if newest < mark.seen:
        mark = replace(mark, safe=0, seen=0, horizon=None)
    if next_one is None or oldest_open is None or oldest_open == next_one:
        return mark, replace(mark, safe=newest, seen=newest, horizon=next_one)
    if mark.horizon is None or mark.horizon > next_one or oldest_open >= mark.horizon:
        safe = mark.safe if mark.horizon is None else mark.seen
        return mark, replace(mark, safe=safe, seen=newest, horizon=next_one)
    return mark, mark


def install(**kwargs: Any) -> None:
    """Remember, when the tables are made, from which snapshot on the trail must tell of each."""
    using = router.db_for_write(Verification)
    tables = set(connections[using].introspection.table_names())
    if kwargs.get("using") != using or Verification._meta.db_table not in tables:
        return
    if _rows().exists():
        return
    first = {
        model._meta.label: Mark(witnessed=newest(model, using) + 1)
        for model in galleries.owner_models()
        if is_ordered(model) and history.history_model(model)._meta.db_table in tables
    }
    Verification.objects.using(using).create(full=False, marks=stored(first))


def newest(model: type[models.Model], using: str) -> int:
    """Return the number of the last row of a history that is numbered."""
    return _ends(model, using)[0]


def _ends(model: type[models.Model], using: str) -> tuple[int, int | None, int | None]:
    """Return the last row, the oldest transaction that is open, and the next one to begin."""
    past = history.history_model(model)
    table, key = sql.quoted(using, past._meta.db_table, past._meta.pk.column)
    horizon = (
        "pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint "
        "FROM pg_current_snapshot() s"
        if sql.is_postgresql(using)
        else "NULL, NULL"
    )
    with connections[using].cursor() as cursor:
        # Names are quoted by the backend, and there are no values.
        cursor.execute(f"SELECT (SELECT MAX({key}) FROM {table}), {horizon}")  # noqa: S608
        last_row, oldest_open, next_one = cursor.fetchone()
    return last_row or 0, oldest_open, next_one


def _rows() -> models.QuerySet[Verification]:
    return Verification.objects.using(router.db_for_write(Verification))
