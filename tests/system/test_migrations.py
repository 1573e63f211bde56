import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_do():
    call_command("makemigrations", "gallery_events", "gallery_audit", check=True, dry_run=True)
