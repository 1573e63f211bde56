"""The package's addresses, with the language in front."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(path("gallery/", include("gallery_events.urls")))
