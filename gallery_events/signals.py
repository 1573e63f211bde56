"""
Facts, announced inside the transaction that makes them true.

All but the last three are sent with ``send()``: a receiver that raises stops
the deed. Receivers that talk to the world use ``transaction.on_commit``.
"""

from django.dispatch import Signal

#: owner, snapshot. One save (creation, change, deletion, restore) was recorded.
snapshot_recorded = Signal()
#: image, user. A file was received and its row written.
image_uploaded = Signal()
#: image, original, edit, user. A new image was made from another one.
image_edited = Signal()
#: image, reason. Nothing names the image any more; it waits in the trash. A sweep adds its *run*.
image_trashed = Signal()
#: image, user, by. The image left the trash; *by* is the owner or the word that says why. A sweep
#: adds its *run*.
image_rescued = Signal()
#: image, tombstone. The image's row is deleted in this transaction.
image_purged = Signal()
#: tombstone, names. After the files of a purged image were removed.
files_removed = Signal()
#: now, dry_run. Before a sweep; a receiver may veto by raising SweepRefused.
sweep_starting = Signal()
#: report. After a sweep.
sweep_finished = Signal()
