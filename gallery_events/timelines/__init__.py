"""
What a history page shows: each save as pictures and words.

Read in a number of queries that does not depend on how many snapshots or
images there are; shared by the admin and the timeline view.
"""

from gallery_events.timelines.deleted import DeletedOwner, deleted_owners, deleted_records
from gallery_events.timelines.fields import FieldChange, FieldValue, field_values
from gallery_events.timelines.links import Links
from gallery_events.timelines.pages import TimelinePage, page
from gallery_events.timelines.pictures import Pictures, Thumbnail
from gallery_events.timelines.rows import Row, rows
from gallery_events.timelines.states import Difference, Gallery, difference, galleries_of
from gallery_events.timelines.wording import name_of

__all__ = [
    "DeletedOwner",
    "Difference",
    "FieldChange",
    "FieldValue",
    "Gallery",
    "Links",
    "Pictures",
    "Row",
    "Thumbnail",
    "TimelinePage",
    "deleted_owners",
    "deleted_records",
    "difference",
    "field_values",
    "galleries_of",
    "name_of",
    "page",
    "rows",
]
