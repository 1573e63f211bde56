"""The same site whose developer forgot to include the addresses of the package."""

from tests.browser.urls import handler400, urlpatterns

__all__ = ["handler400"]
urlpatterns = [each for each in urlpatterns if str(each.pattern) != "gallery/"]
