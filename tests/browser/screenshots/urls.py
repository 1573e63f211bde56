"""The demo's pages, and one on which a gallery is closed."""

from typing import Any

from django.urls import path

from demo.forms import AlbumForm
from demo.urls import handler400
from demo.urls import urlpatterns as of_the_demo
from demo.views import AlbumChange

__all__ = ["handler400", "urlpatterns"]


class ClosedForm(AlbumForm):
    """The form of an album whose gallery is only to be looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].disabled = True


urlpatterns = [
    path("albums/<int:pk>/closed/", AlbumChange.as_view(form_class=ClosedForm)),
    *of_the_demo,
]
