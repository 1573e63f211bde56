"""A project that uses galleries in every way the package knows."""
