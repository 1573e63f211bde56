"""The job for django-crontab: ``CRONJOBS = [("17 3 * * *", "gallery_events.cron.sweep")]``."""

from __future__ import annotations

import logging

from gallery_events.exceptions import SweepRefused
from gallery_events.flows import sweep as flow

logger = logging.getLogger("gallery_events.sweep")


def sweep() -> None:
    """
    Run one sweep.

    django-crontab turns every exception into exit code 0, so what goes wrong
    is logged as an error with its cure before it is raised.
    """
    try:
        report = flow.sweep()
    except SweepRefused as error:
        logger.error("The scheduled sweep did not start. %s", error)  # noqa: TRY400 - no crash
        raise
    except Exception:
        logger.exception("The scheduled sweep crashed; the next run goes on where it stopped.")
        raise
    if report.exit_code:
        logger.error("The scheduled sweep left something to look at: %s", report)
