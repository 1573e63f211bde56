"""A form waits for its pictures, is sent once, by the button that was pressed; a page is not left by mistake."""

import json
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.galleryform import add_inputs
from tests.browser.mishaps import Gate
from tests.browser.patience import wait_until
from tests.browser.people import somebody, superuser, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import again, make_album
from tests.project.models import Album, Diptych

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

#: Puts two more buttons beside the first: one in the form, one somewhere else on the page.
BUTTONS = """() => {
  const form = document.querySelector("main form");
  form.id = "form";
  form.insertAdjacentHTML("beforeend", '<button name="and" value="stay">Save and stay</button>');
  document.querySelector("h1").insertAdjacentHTML("afterend", '<button form="form" name="and" value="far">Save from afar</button>');
}"""


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna, proxy):
    page = visit(anna, base_url=proxy.url)
    page.posted = []
    page.on("request", lambda request: page.posted.append(request) if is_form(request) else None)
    return page


def is_form(request):
    return request.method == "POST" and "/edit/" in request.url


@pytest.fixture
def album():
    return make_album()


@pytest.fixture
def gallery(page, album):
    page.goto(reverse("edit-album", args=[album.pk]))
    return Uploading(page).wait()


@pytest.fixture
def gate(proxy):
    gate = Gate()
    proxy.plan(gate)
    yield gate
    gate.open()


def saved(owner, name="photos"):
    return [image.name for image in getattr(again(owner), name).images()]


def bar(page):
    return page.locator(".gallery-waiting")


def save(page, name="Save"):
    # Where the form is held back, no other page comes that a click could wait for.
    page.get_by_role("button", name=name, exact=True).click(no_wait_after=True)


def arrives(page, gate):
    """Let the pictures go on, and wait for the page that the form leads to."""
    with page.expect_navigation(wait_until="load"):
        gate.open()


def test_a_form_waits_for_its_pictures_and_says_so(page, gallery, gate, album, sound):
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    with gallery.told("gallery:wait") as told:
        save(page)
        assert bar(page).is_visible()
    assert [(kind, what["running"]) for kind, what in told] == [("gallery:wait", 1)]
    assert "The form is sent as soon as 1 picture is uploaded." in bar(page).inner_text()
    sound(page)
    assert page.posted == []
    arrives(page, gate)
    assert saved(album) == ["beach.jpg"]
    assert len(page.posted) == 1


@pytest.mark.parametrize(
    "name, value", [("Save and stay", "stay"), ("Save from afar", "far")], ids=["inside", "outside"]
)
def test_the_button_that_was_pressed_is_kept(page, gallery, gate, name, value):
    page.evaluate(BUTTONS)
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    save(page, name)
    assert bar(page).is_visible()
    arrives(page, gate)
    assert f'name="and"\r\n\r\n{value}' in page.posted[0].post_data_buffer.decode("latin-1")


def test_the_admin_s_button_is_kept(visit, proxy, gate, album):
    page = visit(superuser(), base_url=proxy.url)
    page.goto(reverse("admin:project_album_change", args=[album.pk]))
    gallery = Uploading(page).wait()
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    save(page, "Save and continue editing")
    assert bar(page).is_visible()
    arrives(page, gate)
    assert page.url.endswith("/change/")
    assert saved(album) == ["beach.jpg"]


def test_whoever_cannot_wait_sends_the_form_without_them(page, gallery, gate, album):
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    save(page)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Send it without them").click()
    assert saved(album) == []


def test_whoever_changes_their_mind_goes_on_editing(page, gallery, gate, album):
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    save(page)
    page.get_by_role("button", name="Do not send it yet").click()
    assert bar(page).count() == 0
    gate.open()
    assert gallery.has("beach.jpg")
    assert page.posted == []
    press(page, "Save", exact=True)
    assert saved(album) == ["beach.jpg"]


def test_all_galleries_of_a_form_are_waited_for(page, proxy):
    two = Diptych.objects.create(title="Two")
    gates = [Gate(), Gate(), Gate()]
    proxy.plan(*gates)
    page.goto(reverse("edit-diptych", args=[two.pk]))
    left, right = Uploading(page, "left").wait(), Uploading(page, "right").wait()
    left.choose(chosen("a.png"), chosen("b.png"))  # two at least
    assert all(gate.reached.wait(30) for gate in gates[:2])
    right.choose(chosen("c.png"))
    assert gates[2].reached.wait(30)
    save(page)
    assert "3 pictures" in bar(page).inner_text()
    gates[2].open()
    assert wait_until(page, lambda: "2 pictures are uploaded" in bar(page).inner_text())
    gates[1].open()
    assert wait_until(page, lambda: "1 picture is uploaded" in bar(page).inner_text())
    arrives(page, gates[0])
    assert (saved(two, "left"), saved(two, "right")) == (["a.png", "b.png"], ["c.png"])
    assert len(page.posted) == 1


#: Drops a folder whose content the browser has not read yet.
LARGE_FOLDER = """element => {
  const reader = { readEntries: (found) => { window.hasRead = () => found([]); } };
  const entry = { name: "large", isDirectory: true, createReader: () => reader };
  element.uploads.take({ files: [], entries: [entry] });
}"""


def test_a_folder_that_is_still_being_read_is_waited_for(page, gallery, album):
    gallery.run(LARGE_FOLDER)
    assert wait_until(page, lambda: page.evaluate("() => 'hasRead' in window"))
    save(page)
    assert bar(page).is_visible()
    assert page.posted == []
    with page.expect_navigation(wait_until="load"):
        page.evaluate("() => hasRead()")
    assert len(page.posted) == 1


def test_a_form_whose_picture_is_refused_meanwhile_is_not_sent_behind_one_s_back(
    page, gallery, gate, album, sound
):
    gallery.choose(chosen("letter.png", b"Dear Anna"))
    assert gate.reached.wait(30)
    save(page)
    gate.open()
    assert gallery.is_in("failed", "letter.png")
    assert page.faults.forgive(400) == 1
    said = "The form was not sent: 1 picture was not uploaded."
    assert wait_until(page, lambda: said in bar(page).inner_text())
    assert page.evaluate("document.activeElement.textContent") == "Dismiss: letter.png"
    sound(page)
    assert page.posted == []
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Send it without them").click()
    assert saved(album) == []


def test_a_question_that_is_open_holds_the_form_back(page, gallery, album):
    content = chosen("a.png")["buffer"]
    gallery.choose(chosen("a.png", content), chosen("b.png", content))
    assert gallery.has("a.png")
    assert gallery.is_in("asking", "b.png")
    save(page)
    said = "The form was not sent: about 1 picture you are asked above."
    assert wait_until(page, lambda: said in bar(page).inner_text())
    assert page.evaluate("document.activeElement.textContent") == "Keep both: b.png"
    gallery.press("Keep both")
    assert gallery.has("a.png", "b.png")
    press(page, "Save", exact=True)
    assert saved(album) == ["a.png", "b.png"]


def test_a_page_may_have_its_forms_not_wait(page, gallery, gate, album):
    page.evaluate(
        "() => document.addEventListener('gallery:wait', event => event.preventDefault())"
    )
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    press(page, "Save", exact=True)
    assert saved(album) == []


@pytest.fixture
def form(proxy):
    """Return what holds back the next form that is sent."""
    gate = Gate()
    proxy.plan(gate, to="/edit/")
    yield gate
    gate.open()


#: Has the page tell what its bar says, and where the first button of it is.
TELLING = """() => new MutationObserver(() => {
  const bar = document.querySelector(".gallery-waiting");
  const button = bar?.querySelector("button").getBoundingClientRect();
  console.log(JSON.stringify(["bar", bar?.firstChild.textContent ?? "", button]));
}).observe(document.querySelector("gallery-input"), { childList: true })"""


class Leaving:
    """A page whose form is on its way: whatever else looks at it waits for the next page."""

    def __init__(self, page, form):
        self.page, self.told = page, []
        self.button = page.get_by_role("button", name="Save", exact=True).bounding_box()
        page.on("console", lambda message: self.told.append(message.text))
        page.evaluate(TELLING)
        save(page)
        assert form.reached.wait(30)

    def press(self, box=None):
        """Press the button of the form, or what else stands in a box."""
        box = box or self.button
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def says(self, words):
        """Wait until the bar says something, and return the box of its first button."""
        assert wait_until(self.page, lambda: any(words in each for each in self.told))
        return json.loads(self.told[-1])[2]

    def stop(self):
        """Stop as the button of a browser does."""
        self.page.context.new_cdp_session(self.page).send("Page.stopLoading")


def test_a_form_is_sent_once_however_often_one_presses(page, gallery, album, form):
    page.get_by_label("Title").fill("Once")
    leaving = Leaving(page, form)
    for _ in range(3):
        leaving.press()
    leaving.says("The form has been sent already; the answer has not come yet.")
    arrives(page, form)
    assert len(page.posted) == 1
    assert again(album).title == "Once"
    assert again(album).gallery_version == 2


def test_a_form_whose_answer_never_came_can_be_sent_once_more(page, gallery, album, form):
    leaving = Leaving(page, form)
    leaving.press()
    once_more = leaving.says("sent already")
    leaving.press(once_more)
    assert wait_until(page, lambda: page.url.endswith(f"/album/{album.pk}/"))
    form.cut()
    assert len(page.posted) == 2
    assert again(album).gallery_version == 2


def test_a_form_that_somebody_else_stops_can_be_sent_again(page, gallery, album):
    page.evaluate(
        """() => document.querySelector("main form").addEventListener(
          "submit", event => event.preventDefault(), { once: true })"""
    )
    save(page)
    assert page.posted == []
    assert bar(page).count() == 0
    press(page, "Save", exact=True)
    assert again(album).gallery_version == 2


def test_a_form_that_is_not_valid_can_be_sent_when_it_is(page, gallery, gate, album):
    page.get_by_label("Title").fill("")
    gallery.choose(chosen("beach.jpg"))
    assert gate.reached.wait(30)
    save(page)
    assert bar(page).count() == 0
    page.get_by_label("Title").fill("Summer")
    save(page)
    arrives(page, gate)
    assert (again(album).title, saved(album)) == ("Summer", ["beach.jpg"])


def test_a_page_that_is_gone_back_to_can_be_sent_again(page, gallery, album):
    save(page)
    page.wait_for_url(f"**/album/{album.pk}/")
    page.go_back()
    gallery.wait()
    page.get_by_label("Title").fill("Again")
    press(page, "Save", exact=True)
    assert again(album).title == "Again"


def test_a_page_that_was_kept_as_it_was_can_be_sent_again(page, gallery, album, form):
    leaving = Leaving(page, form)
    leaving.stop()
    form.cut()
    leaving.press()
    leaving.says("sent already")
    # As browsers show it that keep pages: nothing is loaded anew.
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert bar(page).count() == 0
    press(page, "Save", exact=True)
    assert again(album).gallery_version == 2


@pytest.fixture
def asked(page):
    """Return a list of what the browser asked before a page was left; one stays."""
    found = []

    def answer(dialog):
        found.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    return found


def tries_to_leave(page):
    """Click on a link that leads away."""
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<a href="/accounts/login/" id="away">Away</a>');
        }"""
    )
    page.locator("#away").click(no_wait_after=True)
    page.locator("#away").evaluate("link => link.remove()")


@pytest.mark.parametrize("change", ["added", "running", "removed", "moved", "text", "asking"])
def test_whoever_leaves_with_changes_is_asked(page, anna, proxy, asked, change):
    one, two = uploaded(anna, "one.jpg", "two.jpg")
    page.goto(reverse("edit-album", args=[make_album([one.pk, two.pk]).pk]))
    gallery = Uploading(page).wait()
    gate = Gate()
    if change == "running":
        proxy.plan(gate)
    if change in {"added", "running", "asking"}:
        gallery.choose(chosen("new.png"))
        assert (
            gate.reached.wait(30)
            if change == "running"
            else gallery.has("one.jpg", "two.jpg", "new.png")
        )
    elif change == "removed":
        gallery.remove(one.pk)
    elif change == "moved":
        gallery.move(two.pk, 1)
    else:
        page.locator(f'[name="photos-alt-{one.pk}"]').fill("Sand")
    tries_to_leave(page)
    assert wait_until(page, lambda: asked == ["beforeunload"])
    assert "/edit/" in page.url
    gate.open()


@pytest.mark.parametrize("change", ["removed", "moved", "added"])
def test_whoever_leaves_a_form_that_came_back_with_an_error_is_asked(page, anna, asked, change):
    one, two = uploaded(anna, "one.jpg", "two.jpg")
    page.goto(reverse("edit-album", args=[make_album([one.pk, two.pk]).pk]))
    gallery = Uploading(page).wait()
    if change == "removed":
        gallery.remove(one.pk)
    elif change == "moved":
        gallery.move(two.pk, 1)
    else:
        gallery.choose(chosen("new.png"))
        assert gallery.has("one.jpg", "two.jpg", "new.png")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_label("Title").fill("")
    press(page, "Save", exact=True)
    gallery.wait()
    tries_to_leave(page)
    assert wait_until(page, lambda: asked == ["beforeunload"])


def test_whoever_leaves_without_changes_is_not_asked(page, gallery, asked):
    gallery.choose(chosen("new.png"))
    assert gallery.has("new.png")
    gallery.run("element => element.undo()")
    page.get_by_role("button", name="Save", exact=True).hover()
    tries_to_leave_for_good(page)
    assert asked == []


def tries_to_leave_for_good(page):
    with page.expect_navigation(wait_until="load"):
        page.evaluate("() => { location.href = '/accounts/login/'; }")


def test_whoever_saves_is_not_asked(page, gallery, asked, album):
    gallery.choose(chosen("new.png"))
    assert gallery.has("new.png")
    press(page, "Save", exact=True)
    assert asked == []
    assert saved(album) == ["new.png"]


def test_whoever_is_stopped_from_saving_is_asked(page, gallery, asked):
    gallery.choose(chosen("new.png"))
    assert gallery.has("new.png")
    page.evaluate(
        """() => document.querySelector("main form").addEventListener("submit", event => event.preventDefault())"""
    )
    save(page)
    tries_to_leave(page)
    assert wait_until(page, lambda: asked == ["beforeunload"])


def test_a_form_of_many_entries_sends_only_what_says_something_new(page, anna, album):
    images = uploaded(anna, *(f"{number}.jpg" for number in range(4)))
    album = make_album([image.pk for image in images])
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Uploading(page).wait()
    page.locator(f'[name="photos-caption-{images[0].pk}"]').fill("Sand")
    gallery.move(images[3].pk, 3)
    sent = """() => Object.fromEntries(
      [...new FormData(document.querySelector("main form"))].filter(([key]) => key.startsWith("photos-")))"""
    assert len(page.evaluate(sent)) == 3 + 3 * len(images)
    add_inputs(page.locator("main form"), 600)
    few = page.evaluate(sent)
    assert set(few) == {"photos-base", "photos-shown", "photos-upload", "photos-bundle"}
    assert {key for key, _ in parse_qsl(few["photos-bundle"])} == {
        f"caption-{images[0].pk}",
        f"order-{images[2].pk}",
        f"order-{images[3].pk}",
    }
    press(page, "Save", exact=True)
    assert saved(album) == ["0.jpg", "1.jpg", "3.jpg", "2.jpg"]
    assert again(album).photos.images()[0].caption == "Sand"


def test_a_form_shown_again_with_many_entries_sends_what_was_typed_before(page, anna):
    images = uploaded(anna, "0.jpg", "1.jpg")
    album = make_album([image.pk for image in images])
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Uploading(page).wait()
    page.locator(f'[name="photos-alt-{images[0].pk}"]').fill("Sand")
    gallery.move(images[1].pk, 1)
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_label("Title").fill("")
    press(page, "Save", exact=True)
    gallery.wait()
    add_inputs(page.locator("main form"), 600)
    page.get_by_label("Title").fill("Summer")
    press(page, "Save", exact=True)
    assert saved(album) == ["1.jpg", "0.jpg"]
    assert {image.alt for image in again(album).photos.images()} == {"", "Sand"}
    assert Album.objects.get().title == "Summer"
