"""Decisions without a database: standard library only, clock and policy as arguments."""
