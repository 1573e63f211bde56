"""The states of a gallery in a form, in the demo's own and in the admin."""

from collections.abc import Callable, Iterator
from typing import Any

from demo.models import Album
from tests.browser.screenshots.places import Place, details
from tests.browser.uploading import chosen, noise

#: Nothing of a form is looked at before its script runs.
READY = ".gallery-arranged"
ITEM = "li.gallery-item:not([hidden])"


def states() -> Iterator[Place]:
    """Yield each state of the widget, in the demo's form and in the admin."""
    album = Album.objects.get(title="Garage, Sunday").pk
    forms = {
        "widget": (f"/albums/{album}/edit/", "anna"),
        "widget-in-admin": (f"/admin/demo/album/{album}/change/", "carla"),
    }
    for prefix, (address, user) in forms.items():
        for name, act in ACTS.items():
            yield Place(f"{prefix}-{name}", address, user, _ready(act), name not in IN_WINDOW)
    yield Place("widget-closed", f"/albums/{album}/closed/", "anna", _wait_for_script)


def _ready(act: Callable[[Any], None]) -> Callable[[Any], None]:
    def when_ready(page: Any) -> None:
        page.locator(READY).first.wait_for()
        act(page)

    return when_ready


def _wait_for_script(page: Any) -> None:
    page.locator(".gallery-enhanced").wait_for()


def _items(page: Any) -> Any:
    return page.locator(READY).first.locator(ITEM)


def _select(page: Any) -> None:
    for at in (0, 2):
        _items(page).nth(at).locator(".gallery-select").check()


def _remove(page: Any) -> None:
    for _ in range(2):
        _items(page).first.locator("[data-do=remove]").click()


def _show_list(page: Any) -> None:
    page.locator("[data-do=list]").first.click()


def _open_sorts(page: Any) -> None:
    page.locator("[data-do=sorts]").first.click()


def _open_destination(page: Any) -> None:
    _items(page).nth(1).locator("[data-do=place]").click()


def _name_at_length(page: Any) -> None:
    """What people call their files, and what they write of them."""
    name = "The-garage-of-my-grandmother-on-a-Sunday-morning-in-the-rain_final_final-2.jpg"
    item = _items(page).first
    item.locator(".gallery-name bdi").evaluate("(each, name) => each.textContent = name", name)
    item.locator("[name*='-alt-']").fill("A car, " * 40)
    item.locator("[name*='-caption-']").fill("Line\n" * 4)
    _items(page).nth(1).locator("[type=checkbox][name*='-decorative-']").check()


def _choose(page: Any, *files: dict[str, Any]) -> None:
    page.locator("[type=file]").first.set_input_files(list(files))


def _row(page: Any, state: str) -> Any:
    return page.locator(f".gallery-upload-row[data-state={state}]")


def _upload(page: Any) -> None:
    """Bring more than goes at once, over a line so slow that all of it is still under way."""
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    _choose(page, *(noise(f"Harbour {number}.png", 400 * number) for number in range(1, 6)))
    page.wait_for_function(
        "() => document.querySelector('.gallery-upload-row progress')?.value > 0"
    )


def _fail(page: Any) -> None:
    """Bring what no gallery takes: no picture, one that only says it is, one that never arrives."""
    page.route("**/gallery/upload/**", _break_off)
    letter = chosen("Letter to the club.png", b"Dear Anna")
    _choose(page, chosen("Minutes.pdf", b"%PDF-1.7"), letter, chosen("Lighthouse.png"))
    _row(page, "failed").nth(1).wait_for()
    _row(page, "pausing").wait_for()


def _break_off(route: Any) -> None:
    if b"Lighthouse" in (route.request.post_data_buffer or b""):
        route.abort()
    else:
        route.continue_()


def _bring_twice(page: Any) -> None:
    detail = next(details())
    content = detail.read()
    for name in (detail.name, "The same once more.jpg"):
        _choose(page, chosen(name, content))
        _row(page, "sending").or_(_row(page, "waiting")).first.wait_for(state="detached")
    _row(page, "asking").first.wait_for()


def _edit(page: Any) -> None:
    """Turn a picture, and keep a part of it."""
    _items(page).first.locator("[data-do=edit]").click()
    dialog = page.locator("dialog.gallery-cropping")
    dialog.and_(page.locator("[aria-busy=false]")).wait_for()
    for number, text in ((2, "300"), (0, "40"), (3, "200"), (1, "30")):
        dialog.locator("input[type=number]").nth(number).fill(text)
        dialog.locator("input[type=number]").nth(number).blur()


#: What lies above the page: below the window there is nothing of it.
IN_WINDOW = ("edit",)
#: What somebody does before it is looked at, by the name of the state.
ACTS: dict[str, Callable[[Any], None]] = {
    "selection": _select,
    "tray": _remove,
    "list": _show_list,
    "sorts": _open_sorts,
    "destination": _open_destination,
    "long-names": _name_at_length,
    "uploading": _upload,
    "errors": _fail,
    "duplicates": _bring_twice,
    "edit": _edit,
}
