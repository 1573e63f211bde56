"""The states of a gallery in a form, in the demo's own and in the admin."""

from collections.abc import Callable, Iterator
from typing import Any

from demo.models import Album
from tests.browser.screenshots.places import Place

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
            yield Place(f"{prefix}-{name}", address, user, _ready(act))


def _ready(act: Callable[[Any], None]) -> Callable[[Any], None]:
    def when_ready(page: Any) -> None:
        page.locator(READY).first.wait_for()
        act(page)

    return when_ready


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


#: What somebody does before it is looked at, by the name of the state.
ACTS: dict[str, Callable[[Any], None]] = {
    "selection": _select,
    "tray": _remove,
    "list": _show_list,
    "sorts": _open_sorts,
    "destination": _open_destination,
    "long-names": _name_at_length,
}
