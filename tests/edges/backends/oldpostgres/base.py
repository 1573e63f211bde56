"""A PostgreSQL of long ago: it knows its number and nothing else."""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "postgresql"
    display_name = "PostgreSQL"
    pg_version = 130023
