"""
Galleries in a project's own pages: ``{% gallery %}``, ``{% picture %}``, ``{% placeholder %}``.

What has no row, and under ``SERVE = "view"`` what the user may not see, is
left out: a page never shows a broken image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.template import Context, Library, TemplateSyntaxError
from django.utils.safestring import SafeString

from gallery_events import access, conf
from gallery_events.fields import GalleryImages
from gallery_events.models import AbstractImage
from gallery_events.templatetags._pictures import Picture
from gallery_events.templatetags._placeholders import placeholder_svg

register = Library()
register.simple_tag(placeholder_svg, name="placeholder")

USAGE = {
    "gallery": '{% gallery album.photos limit=6 size="thumbnail" sizes="50vw" link=True '
    'captions=False empty="No pictures yet." css_class="wide" '
    'template="gallery_events/gallery.html" %}',
    "picture": '{% picture image size="thumbnail" sizes="50vw" link=True alt="" loading="lazy" '
    'css_class="wide" template="gallery_events/picture.html" %}',
}


@register.simple_tag(takes_context=True)
def gallery(
    context: Context,
    images: Any,
    *,
    limit: int | None = None,
    size: str = "thumbnail",
    sizes: str = "",
    link: bool = False,
    captions: bool = True,
    empty: str = "",
    css_class: str = "",
    template: str = "gallery_events/gallery.html",
) -> SafeString | str:
    """
    Show the pictures of a gallery, in order: at most *limit*, each *link*ed to its file.

    *images* is a gallery (``album.photos``) or images; after
    ``galleries.prefetch_images`` it asks the database nothing. One that is
    empty or NULL shows the text *empty*, or nothing at all. Raises TypeError
    for anything else, and TemplateSyntaxError for options that are not there.
    """
    _refuse_wrong_limit(limit)
    shown = _visible(context, _images(images))[:limit]
    if not shown and not empty:
        return ""
    pictures = [Picture.of(each, size=size, sizes=sizes, link=link) for each in shown]
    return _render(
        context,
        template,
        {"pictures": pictures, "captions": captions, "empty": empty, "css_class": css_class},
    )


@register.simple_tag(takes_context=True)
def picture(
    context: Context,
    image: Any,
    *,
    size: str = "thumbnail",
    sizes: str = "",
    link: bool = False,
    alt: str | None = None,
    loading: str = "lazy",
    css_class: str = "",
    template: str = "gallery_events/picture.html",
) -> SafeString | str:
    """
    Show one image: *size* is "thumbnail" or "original", *alt* replaces its own text.

    ``None`` shows nothing. Raises TypeError for what is no image, and
    TemplateSyntaxError for options that are not there.
    """
    if image is None or image == "":
        return ""
    if not isinstance(image, AbstractImage):
        message = f"{{% picture %}} shows an image, such as album.photos.images.0; got {image!r}."
        raise TypeError(message)
    if loading not in ("lazy", "eager"):
        message = f'{{% picture %}}: loading is "lazy" or "eager", not {loading!r}.'
        raise TemplateSyntaxError(message)
    if not _visible(context, [image]):
        return ""
    shown = Picture.of(image, size=size, sizes=sizes, link=link, alt=alt, loading=loading)
    return _render(context, template, {"picture": shown, "css_class": css_class})


def _images(given: Any) -> list[Any]:
    """Return the images of a gallery, or those that were given; Django's "" is an unknown name."""
    if given is None or given == "":
        return []
    if isinstance(given, GalleryImages):
        return given.images()
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        images = list(given)
        if all(isinstance(each, AbstractImage) for each in images):
            return images
    cure = "it is one image: use {% picture %}" if isinstance(given, AbstractImage) else ""
    if not cure and isinstance(given, models.Model):
        cure = "name one of its galleries, such as album.photos"
    message = (
        f"{{% gallery %}} shows a gallery, such as album.photos, or images; got {given!r}: "
        f"{cure or 'read it from the object that has the gallery'}."
    )
    raise TypeError(message)


def _visible(context: Context, images: list[Any]) -> list[Any]:
    """Leave out what the user of the page may not see, where seeing is guarded at all."""
    if not images or not conf.serves_itself():
        return images
    request = context.get("request")
    guard = access.guard() if request is None else access.guard_of(request)
    # A guard is asked about one model at a time: keys of two may be alike.
    seen = {
        model: guard.visible([each for each in images if type(each) is model])
        for model in {type(image) for image in images}
    }
    return [image for image in images if image.pk in seen[type(image)]]


def _refuse_wrong_limit(limit: Any) -> None:
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        message = f"{{% gallery %}}: limit is a whole number, at least 1, or None; got {limit!r}."
        raise TemplateSyntaxError(message)


def _render(context: Context, name: str, shown: dict[str, Any]) -> SafeString:
    """Render by the engine of the page, whose own templates come first, escaping whatever it does."""
    inner = context.new({**shown, "request": context.get("request")})
    inner.autoescape = True
    found: Any = context.template.engine.get_template(name)  # type: ignore[union-attr]
    return SafeString(found.render(inner))


def _with_usage(name: str) -> Callable[..., Any]:
    """Have Django's own words about wrong arguments followed by the right ones."""
    compiled = register.tags[name]

    def compile_tag(parser: Any, token: Any) -> Any:
        try:
            return compiled(parser, token)
        except TemplateSyntaxError as error:
            message = f"{error}. What {{% {name} %}} takes: {USAGE[name]}"
            raise TemplateSyntaxError(message) from error

    return compile_tag


for _name in USAGE:
    register.tags[_name] = _with_usage(_name)
