"""Edited animations become the bytes of a file, in their own format, frame by frame."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from gallery_events.imaging.animated_gif import write_frames as write_gif_frames
from gallery_events.imaging.apng import write_frames as write_png_frames
from gallery_events.imaging.avif_plays import with_plays
from gallery_events.imaging.frames import Frames
from gallery_events.imaging.keeping import colours_of, profile_of
from gallery_events.imaging.stills import avif_options, webp_options


def write_gif(frames: Frames, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """Write a GIF; where the source did not say how often it plays, neither does this."""
    write_gif_frames(frames, into, loop=info.get("loop"))


def write_png(frames: Frames, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """Write an animated PNG."""
    write_png_frames(
        frames,
        into,
        number=frames.n_frames,
        loop=int(info.get("loop", 0)),
        mode=frames.mode,
        **colours_of(info),
    )


def write_webp(
    frames: Frames, into: IO[bytes], *, info: dict[Any, Any], lossless: bool, **_: Any
) -> None:
    """Write a WebP; frames that show the same become one, which is seen as long as all of them."""
    frames.save(
        into,
        "WEBP",
        save_all=True,
        duration=frames.durations,
        loop=int(info.get("loop", 0)),
        **webp_options(lossless=lossless, moving=True),
        **profile_of(info),
    )


def write_avif(
    frames: Frames, into: IO[bytes], *, info: dict[Any, Any], plays: int, **_: Any
) -> None:
    """Write an AVIF, with the number of times it plays, which Pillow does not know."""
    file = BytesIO()
    frames.save(
        file,
        "AVIF",
        save_all=True,
        duration=frames.durations,
        **avif_options(),
        **profile_of(info),
    )
    into.write(with_plays(file.getvalue(), plays))
