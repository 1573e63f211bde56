"""The same site with the language in front of each address, the package's own too."""

from django.conf.urls.i18n import i18n_patterns

from tests.browser.urls import handler400, urlpatterns

__all__ = ["handler400"]
urlpatterns = i18n_patterns(*urlpatterns)
