"""The story, scene by scene; each calls the public API and shows what came back."""

from collections.abc import Callable

from demo.club import Club
from demo.scenes import afterwards, beginning, editing, losing, sweeping

SCENES: tuple[Callable[[Club], None], ...] = (
    beginning.upload_photographs,
    beginning.arrange_albums,
    editing.edit_over_weeks,
    editing.edit_at_once,
    editing.share_an_image,
    sweeping.sweep_what_nobody_used,
    sweeping.survive_raw_sql,
    losing.restore_a_version,
    losing.delete_an_album,
    sweeping.let_the_nights_pass,
    afterwards.look_at_the_timeline,
    afterwards.recover_the_album,
    afterwards.meet_the_limit,
    afterwards.ask_why,
    afterwards.look_ahead,
)


def tell(club: Club) -> None:
    """Tell the whole story."""
    for scene in SCENES:
        scene(club)
