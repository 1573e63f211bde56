"""The demo's settings, in the language that a browser asks for: its pages are shown in two, with one more."""

from demo.settings import *  # noqa: F403
from demo.settings import LOGGING as LOUDER
from demo.settings import MIDDLEWARE as OF_THE_DEMO

ROOT_URLCONF = "tests.browser.screenshots.urls"
MIDDLEWARE = [
    *OF_THE_DEMO[:2],
    "django.middleware.locale.LocaleMiddleware",  # after the session, as Django wants it
    *OF_THE_DEMO[2:],
]
# A picture is taken as soon as it is complete: what was still on its way is no news.
LOGGING = {
    **LOUDER,
    "loggers": {**LOUDER["loggers"], "django.server": {"handlers": ["null"], "propagate": False}},
}
