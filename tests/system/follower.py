"""
Visit the project that the tutorial has made: upload, look, take out, and bring back.

    cd PROJECT && python -m tests.system.follower

Nothing here knows an address that the tutorial does not say, or a page does not link to.
"""

import os
import re
from html.parser import HTMLParser

import django
from django.test import Client
from django.test.utils import setup_test_environment

from tests.pictures import picture

ALBUM, EDIT = "/albums/1/", "/albums/1/edit/"


class Form(HTMLParser):
    """The last form of a page, as a browser would send it back: nothing of a template is in it."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.files = {}, []
        self.templates = 0
        self.feed(page)

    def handle_endtag(self, tag):
        self.templates -= tag == "template"

    def handle_starttag(self, tag, attrs):
        self.templates += tag == "template"
        if self.templates:
            return
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "form":
            self.fields, self.files = {}, []
        elif tag == "textarea":
            self.fields[name] = ""
        elif tag != "input" or not name:
            return
        elif kind == "file":
            self.files.append(name)
        elif kind not in ("checkbox", "radio") or "checked" in attrs:
            self.fields[name] = attrs.get("value", "")


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
    django.setup()
    setup_test_environment(debug=True)
    from django.contrib.auth.models import User

    browser = Client()
    ask_for_login(browser)
    browser.force_login(User.objects.create_superuser("editor"))
    upload(browser)
    list_them(browser)
    take_out(browser)
    bring_back(browser)
    meet_another(browser)


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.content.decode()


def send(browser, address, **changes):
    """Fill in the form of a page, send it, and return the page that it leads to."""
    form = Form(read(browser, address))
    answer = browser.post(address, {**form.fields, **changes}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain, f"{address} was not saved:\n{page}"
    return page


def pictures(page):
    return re.findall(r'<img class="gallery-picture" src="([^"]+)"', page)


def ask_for_login(guest):
    answer = guest.get(EDIT, follow=True)
    assert answer.redirect_chain, "a guest is not asked to log in"
    assert 'name="password"' in answer.content.decode()


def upload(browser):
    assert "No pictures yet." in read(browser, ALBUM)
    assert Form(read(browser, EDIT)).files == ["photos-upload"]
    page = send(browser, EDIT, **{"photos-upload": [picture("harbour.jpg"), picture("beach.png")]})
    assert len(pictures(page)) == 2, page
    for each in pictures(page):
        assert browser.get(each).status_code == 200


def list_them(browser):
    assert "<img" in read(browser, "/admin/albums/album/"), "the admin's list shows no pictures"


def take_out(browser):
    first, second = pictures(read(browser, ALBUM))
    (key, *_) = re.findall(r'name="photos-remove"[^>]* value="(\d+)"', read(browser, EDIT))
    page = send(browser, EDIT, **{"photos-remove": [key]})
    assert pictures(page) == [second], page
    assert browser.get(first).status_code == 200, "the file went with its place in the album"


def bring_back(browser):
    admin = "/admin/albums/album/1/"
    history = link(read(browser, f"{admin}change/"), r"/history/")
    page = read(browser, history)
    assert len(re.findall(r"<img\b", page)) >= 2, "the history shows no pictures"
    # The newest version is that of the album as it is; the next one had both pictures.
    versions = dict.fromkeys(re.findall(r'href="([^"]*/history/\d+/)"', page))
    _, with_both, _ = versions
    restore = link(read(browser, with_both), r"/restore/")
    send(browser, restore)
    assert len(pictures(read(browser, ALBUM))) == 2


def meet_another(browser):
    opened = Form(read(browser, EDIT)).fields
    send(browser, EDIT, title="Autumn")
    late = {**opened, "photos-upload": [picture("late.jpg")]}
    page = browser.post(EDIT, late, follow=True).content.decode()
    assert "<h1>Autumn</h1>" in page, page
    assert len(pictures(page)) == 3, page
    assert '<p role="status">Meanwhile somebody else changed title' in page, page


def link(page, ending):
    (address, *_) = re.findall(rf'href="([^"]*{ending})"', page)
    return address


if __name__ == "__main__":
    main()
