"""Names of indexes and constraints that fit every database, whatever the model is called."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.backends.utils import names_digest


class _Name(str):
    """
    A name in the Meta of an abstract model, made short enough for each concrete one.

    Django fills in ``%(app_label)s`` and ``%(class)s`` by ``name %= names``.
    What comes out is a plain string, so migrations know of none of this.
    """

    __slots__ = ()

    limit: ClassVar[int]

    def __mod__(self, values: Any) -> str:
        """Fill in the model; a long name keeps its end, and tells itself apart by a digest."""
        name = str.__mod__(self, values)
        if len(name) <= self.limit:
            return name
        end = f"_{names_digest(name, length=6)}_{name.rpartition('_')[2]}"
        return name[: self.limit - len(end)] + end


class _IndexName(_Name):
    """Django refuses longer ones (models.E034)."""

    __slots__ = ()

    limit = 30


class _ConstraintName(_Name):
    """PostgreSQL cuts longer ones off, and then two may be the same."""

    __slots__ = ()

    limit = 63


def index_name(end: str) -> str:
    """Return the name of an index of an abstract model."""
    return _IndexName(f"%(app_label)s_%(class)s_{end}")


def constraint_name(end: str) -> str:
    """Return the name of a constraint of an abstract model."""
    return _ConstraintName(f"%(app_label)s_%(class)s_{end}")
