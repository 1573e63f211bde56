"""
Walks the demo's public pages as somebody, and says what was found, as JSON.

Run in the demo's own settings: ``python -m tests.system.walker [NAME ...]``; "" is a guest.
"""

import json
import sys
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

#: An address that makes a smaller copy of a picture, and leads to it.
MADE = "/gallery/rendition/"
#: Followed no further: the admin has tests of its own, files have no links.
LEAVES = ("/admin/", "/media/", "/static/", MADE)


class Page(HTMLParser):
    """The addresses of a page, its headings, and what a strict policy would refuse."""

    def __init__(self, html):
        super().__init__()
        self.links, self.headings, self.inline, self.pictures = [], [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.links += [each.split()[0] for each in given.get("srcset", "").split(",") if each]
        self.inline += [tag] if tag == "style" or (tag == "script" and is_run(given)) else []
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.pictures += tag == "img"
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))


def is_run(attributes):
    """Tell whether what a script element holds is run, where a policy allows it: JSON never is."""
    return "src" not in attributes and attributes.get("type") != "application/json"


def walk(name):
    """Return {address: what was found there} of everything that can be reached from the home page."""
    client = Client(SERVER_NAME="localhost")
    if name:
        client.force_login(User.objects.get(username=name))
    found, waiting = {}, deque(["/"])
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        found[address] = visit(client, address)
        for link in found[address].pop("links"):
            target = urlsplit(urljoin(address, link))
            if not target.netloc:
                waiting.append(f"{target.path}?{target.query}" if target.query else target.path)
    return found


def visit(client, address):
    if address.startswith("/static/"):
        there = finders.find(address.removeprefix("/static/"))
        return {"status": 200 if there else 404, "links": []}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address, follow=address.startswith(MADE))
    policy = response.headers.get("Content-Security-Policy", "")
    told = {"status": response.status_code, "policy": policy, "links": []}
    if address.startswith(LEAVES):
        return told
    page = Page(response.content.decode())
    steps = zip([0, *page.headings], page.headings, strict=False)
    return {
        **told,
        "links": page.links,
        "inline": page.inline,
        "pictures": page.pictures,
        "queries": len(queries),
        "first_headings": page.headings.count(1),
        "skipped_headings": [after for before, after in steps if after > before + 1],
    }


json.dump({name: walk(name) for name in sys.argv[1:]}, sys.stdout)
