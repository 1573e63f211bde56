"""What a browser is told about every page of the site, the admin's included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: Nothing inline, nothing from elsewhere: what somebody smuggles into a caption stays text. What is
#: chosen to be uploaded is shown from the browser's own memory, by addresses that begin with blob.
POLICY = (
    "default-src 'none'; img-src 'self' blob:; connect-src 'self'; style-src 'self'; "
    "script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class ContentSecurityPolicy:
    """Middleware: a strict policy on each response that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
