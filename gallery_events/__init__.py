"""Ordered image galleries for any Django model, with history, restore and safe deletion."""

__version__ = "0.1.0"
