"""The story, scene by scene; each calls the public API and shows what came back."""

from collections.abc import Callable

from demo.club import Club
from demo.scenes import (
    afterwards,
    asking,
    beginning,
    copying,
    editing,
    losing,
    sweeping,
    witnessing,
)

SCENES: tuple[Callable[[Club], None], ...] = (
    beginning.upload_photographs,
    beginning.run_for_the_first_time,
    beginning.arrange_albums,
    editing.edit_over_weeks,
    editing.edit_at_once,
    editing.share_an_image,
    sweeping.sweep_what_nobody_used,
    sweeping.stop_at_too_many,
    losing.restore_a_version,
    losing.delete_an_album,
    sweeping.let_the_nights_pass,
    afterwards.look_at_the_timeline,
    asking.ask_why,
    asking.look_ahead,
    afterwards.recover_the_album,
    afterwards.meet_the_limit,
    asking.look_into_the_trash,
    witnessing.survive_raw_sql,
    witnessing.follow_a_request,
    witnessing.try_to_forge,
    copying.sweep_a_copy,
    copying.ask_the_doctor,
)


def tell(club: Club) -> None:
    """Tell the whole story."""
    for scene in SCENES:
        scene(club)
