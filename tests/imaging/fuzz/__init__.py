"""
Files that nobody would think of, fed to probe, ingest and svg.

``python -m tests.imaging.fuzz --minutes 60 --seed 1``: each run changes a file
of a corpus of every format, in a process of its own. It finds whatever is
neither an image nor a refusal: what crashes, raises, takes more than its time
or memory, changes pixels by stripping, or leaves what was to be cut out.
"""
