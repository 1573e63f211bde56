"""The demo's settings, in the language that a browser asks for: its pages are shown in two."""

from demo.settings import *  # noqa: F403
from demo.settings import MIDDLEWARE as OF_THE_DEMO

MIDDLEWARE = [
    *OF_THE_DEMO[:2],
    "django.middleware.locale.LocaleMiddleware",  # after the session, as Django wants it
    *OF_THE_DEMO[2:],
]
