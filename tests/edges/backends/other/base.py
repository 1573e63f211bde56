"""A database of a vendor that galleries do not know."""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "other"
    display_name = "Other"
