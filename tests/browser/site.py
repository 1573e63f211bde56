"""The site of the folder: its own pages beside those of the project, under the strictest policy."""

from pathlib import Path

from django.conf import settings

HERE = Path(__file__).parent


def site():
    """Return what is other than in the settings of the project."""
    (engine,) = settings.TEMPLATES
    return {
        "ROOT_URLCONF": "tests.browser.urls",
        "MIDDLEWARE": [
            "tests.browser.policy.StrictPolicy",
            "django.middleware.locale.LocaleMiddleware",
            *settings.MIDDLEWARE,
        ],
        "TEMPLATES": [{**engine, "DIRS": [HERE / "templates"]}],
        "STATICFILES_DIRS": [HERE / "static"],
        "LOGIN_URL": "login",
    }
