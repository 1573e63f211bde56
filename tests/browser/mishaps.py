"""What can happen to a request on its way, as the proxy has it happen."""

import threading

#: Nobody waits longer for a gate that a test forgot to open.
FORGOTTEN = 60


def hand_on(exchange):
    """Do nothing but hand on."""
    answered, content = exchange.ask(exchange.read())
    exchange.answer(answered.status, content, answered.getheaders())


def answer(status, content="<!doctype html><title>Something else</title>", **headers):
    """Answer in the server's place, by default with a page, as proxies do."""

    def act(exchange):
        exchange.read()
        named = {"Content-Type": "text/html", **headers}
        exchange.answer(
            status,
            content.encode(),
            [(name.replace("_", "-"), value) for name, value in named.items()],
        )

    return act


def cut(after=0):
    """Break off after so many bytes."""

    def act(exchange):
        exchange.read(after)
        exchange.cut()

    return act


def narrow(most):
    """Let no more bytes through than so many, as nginx does."""
    refuse = answer(413)

    def act(exchange):
        return (refuse if exchange.size > most else hand_on)(exchange)

    return act


def lose_answer():
    """Let the server have all, and the browser no answer."""

    def act(exchange):
        exchange.ask(exchange.read())
        exchange.cut()

    return act


class Gate:
    """Holds a request back, after so many bytes, until it is opened; then hands it on."""

    def __init__(self, after=None):
        self.after = after
        self.reached = threading.Event()
        self._opened = threading.Event()
        self._cuts = False

    def __call__(self, exchange):
        body = exchange.read(self.after)
        self.reached.set()
        self._opened.wait(FORGOTTEN)
        if self._cuts:
            return exchange.cut()
        body += exchange.rfile.read(exchange.size - len(body))
        # Whoever cancelled has gone, and sends no more.
        if len(body) < exchange.size:
            return exchange.cut()
        answered, content = exchange.ask(body)
        return exchange.answer(answered.status, content, answered.getheaders())

    def open(self):
        """Let it go on."""
        self._opened.set()

    def cut(self):
        """Break it off."""
        self._cuts = True
        self._opened.set()
