"""The only place that knows Pillow: what a file is, and what is kept of it."""
