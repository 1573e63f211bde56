"""The strictest policy that pages of ours must live under: nothing but their own files."""

#: Previews of files that were chosen are the page's own too, under addresses of the browser's.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'"
)


class StrictPolicy:
    """Puts the policy on every answer; the browser then says what breaks it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response
