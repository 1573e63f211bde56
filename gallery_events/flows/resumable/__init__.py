"""Uploads in parts: begun, added to, made an image, given up; each a short transaction."""

from gallery_events.flows.resumable.adding import add
from gallery_events.flows.resumable.beginning import begin
from gallery_events.flows.resumable.ending import give_up
from gallery_events.flows.resumable.finishing import finish
from gallery_events.flows.resumable.rows import ChunksLost, Moved, Over, found

__all__ = ["ChunksLost", "Moved", "Over", "add", "begin", "finish", "found", "give_up"]
