"""The job for django-crontab: ``CRONJOBS = [("17 3 * * *", "gallery_events.cron.sweep")]``."""

from __future__ import annotations

import logging

from gallery_events.flows import sweep as flow

logger = logging.getLogger("gallery_events.sweep")


def sweep() -> None:
    """
    Run one sweep.

    django-crontab ends with exit code 0 whatever happens here. However the run
    ends, a row, an error in the log and ``sweep_finished`` say so; a refusal and
    a crash are raised as well, because whoever runs the job prints them.
    """
    report = flow.sweep()
    if report.exit_code:
        logger.error("The scheduled sweep left something to look at: %s", report)
