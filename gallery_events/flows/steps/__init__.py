"""The steps of a sweep, in the order they are taken."""
