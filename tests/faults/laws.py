"""The promises, asked of the database and the storage after every step; a broken one has a name."""

from collections import Counter
from datetime import UTC, datetime

from django.core.files.storage import storages
from django.db.models import Q

from audit.models import Entry
from gallery_events.history import history_model
from gallery_events.models import Image, Tombstone
from tests.faults import oracle
from tests.faults.world import GRACE, RETENTION, TRASH, files
from tests.project.models import Article, Card, Diptych

#: A moment at which only what is needed now is needed.
FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Broken(AssertionError):
    """A promise that does not hold, by its name."""


def demand(holds, law, what=""):
    """Raise unless a law holds."""
    if not holds:
        message = f"{law}: {what}"
        raise Broken(message)


def all_hold(now, *, keep, gone):
    """Ask everything that must be true at every moment."""
    log = oracle.log()
    intervals = oracle.intervals(log)
    images = Image.objects.in_bulk()
    galleries_are_whole(images)
    snapshots_are_whole(log, images, now=now, keep=keep)
    orphans_are_candidates()
    galleries_show_no_trash()
    references_equal_the_log(intervals, gone)
    nothing_went_early(intervals)
    deeds_are_witnessed(log)


def shown():
    """Return the images that the rows of owners name now, written by us or past us."""
    found = set()
    for model, names in oracle.GALLERIES.items():
        for lists in model._base_manager.values_list(*names):
            found.update(image for ids in lists for image in ids or ())
    return found


def galleries_are_whole(images):
    """A saved gallery never shows a broken image, and no image is without its files."""
    lost = shown() - images.keys()
    demand(not lost, "a gallery is broken", lost)
    for image in images.values():
        for name in image.file_names():
            demand(storages[image.storage].exists(name), "a file is gone", name)
        with image.file.open() as opened:
            demand(opened.read(1), "a file does not open", image.file.name)


def snapshots_are_whole(log, images, *, now, keep):
    """Any state a gallery had within the retention can be restored."""
    for model, row in oracle.recent(log, now, keep):
        for name, ids in row.lists.items():
            lost = set(ids) - images.keys()
            demand(not lost, "a snapshot is broken", (model.__name__, row, name, lost))


def orphans_are_candidates():
    """Law 1: an image that no reference names always has a review_after."""
    forgotten = Image.objects.filter(references__isnull=True, review_after__isnull=True)
    demand(not forgotten, "law 1", list(forgotten))


def galleries_show_no_trash():
    """What a gallery names by its last snapshot is not in the trash."""
    wrong = Image.objects.filter(references__until__isnull=True, references__isnull=False)
    wrong = wrong.filter(trashed_at__isnull=False)
    demand(not wrong, "the trash is in a gallery", list(wrong))


def nothing_went_early(known):
    """Nothing goes before its time, counted from the end of its last reference."""
    ends = {}
    for each in known:
        ends.setdefault(each.image, []).append(each.until)
    for stone in Tombstone.objects.all():
        until = ends.get(stone.image_pk)
        if until is None:
            earliest = datetime.fromisoformat(stone.columns["uploaded_at"]) + GRACE + TRASH
        else:
            demand(None not in until, "purged while in a gallery", stone)
            earliest = max(until) + RETENTION + TRASH
        demand(stone.purged_at >= earliest, "purged before its time", (stone, earliest))


def deeds_are_witnessed(log):
    """The trail has one entry for each snapshot, and for each image that is gone."""
    saves = Entry.objects.filter(kind="snapshot_recorded")
    told = Counter(saves.values_list("owner_model", "owner_key", "version"))
    for model, rows in log:
        for row in rows:
            number = told[model._meta.label, row.owner, row.version]
            demand(number == 1, "not witnessed", (model.__name__, row, number))
    purged = set(Entry.objects.filter(kind="image_purged").values_list("image_key", flat=True))
    for stone in Tombstone.objects.all():
        demand(stone.key in purged, "not witnessed", stone)


def references_equal_the_log(known, gone):
    """The index says what the log says, but for *gone*, which may have expired."""
    found = oracle.stored()
    demand(found <= known, "a reference that no snapshot explains", found - known)
    lost = known - gone - found
    demand(not lost, "a reference is missing", lost)


def needed(keep):
    """Return the images that must outlive any time, as long as nothing changes."""
    found = shown() | {
        image
        for _, row in oracle.recent(oracle.log(), FOR_EVER, keep)
        if not row.deleted
        for ids in row.lists.values()
        for image in ids
    }
    for names in Article.objects.values_list("lead", "teaser", "loose"):
        found.update(names)
    found.update(Article.figures.through.objects.values_list("image", flat=True))
    found.update(Card.objects.values_list("picture", flat=True))
    found.update(Diptych.objects.values_list("cover", flat=True))
    found.update(_recorded_covers())
    return _with_originals(found)


def may_stay(keep):
    """Return what nobody is promised either way: see :func:`oracle.kept_by_number`."""
    lines = oracle.kept_by_number(oracle.log(), keep)
    return _with_originals({image for row in lines for ids in row.lists.values() for image in ids})


def _with_originals(found):
    while more := _originals(found) - found:
        found |= more
    return found - {None}


def _recorded_covers():
    """Return what the last snapshots say: a cover that was changed by update() left none."""
    for pk, version in Diptych.objects.values_list("pk", "gallery_version"):
        records = history_model(Diptych)._base_manager.filter(id=pk, gallery_version=version)
        yield from records.values_list("cover", flat=True)


def _originals(images):
    return set(Image.objects.filter(pk__in=images - {None}).values_list("original", flat=True))


def only_what_is_needed_stays(keep):
    """After a long time without change: rows, files and references are those that are needed."""
    rows = set(Image.objects.values_list("pk", flat=True))
    expected = needed(keep)
    demand(rows >= expected, "a needed image is gone", expected - rows)
    orphans = rows - expected - may_stay(keep)
    demand(not orphans, "an orphan stays for ever", orphans)
    names = {name for image in Image.objects.all() for name in image.file_names()}
    demand(files() == names, "files and rows differ", files() ^ names)
    left = Tombstone.objects.filter(Q(done_at__isnull=True) | ~Q(last_error=""))
    demand(not left, "files were left", list(left))
