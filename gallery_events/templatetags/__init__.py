"""``{% load gallery_events %}``."""
