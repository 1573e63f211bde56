"""System checks: each names what is wrong and how to cure it."""

from django.core import checks

from gallery_events.checks.forms import check_plain_forms
from gallery_events.checks.models import check_galleries, check_image_models, check_owners
from gallery_events.checks.project import (
    check_apps,
    check_databases,
    check_routers,
    check_server_versions,
    check_settings,
)
from gallery_events.checks.schedule import check_schedule
from gallery_events.checks.serving import check_form_limits, check_serving, check_urls
from gallery_events.checks.tables import check_tables

#: What ``manage.py check --tag`` and the sweep call these checks.
TAG = "gallery_events"


def register() -> None:
    """Register the checks."""
    for check in (check_galleries, check_image_models, check_owners, check_tables):
        checks.register(check, checks.Tags.models, TAG)
    for check in (check_apps, check_databases, check_routers, check_schedule, check_settings):
        checks.register(check, TAG)
    for check in (check_serving, check_form_limits):
        checks.register(check, TAG)
    # Not ours by tag: a sweep needs no URLs and no forms, and is not refused for them.
    checks.register(check_urls, checks.Tags.urls)
    checks.register(check_plain_forms, checks.Tags.compatibility)
    checks.register(check_server_versions, checks.Tags.database)
