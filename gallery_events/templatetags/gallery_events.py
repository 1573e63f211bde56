"""
Galleries in a project's own pages: ``{% gallery %}``, ``{% picture %}`` and what belongs to them.

What has no row, and under ``SERVE = "view"`` what the user may not see, is
left out: a page never shows a broken image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.template import Context, Library, TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery_events import access, conf
from gallery_events.fields import GalleryImages
from gallery_events.models import AbstractImage
from gallery_events.templatetags._pictures import Picture
from gallery_events.templatetags._placeholders import placeholder_svg
from gallery_events.templatetags._sharing import Shared

register = Library()
register.simple_tag(placeholder_svg, name="placeholder")

#: What {% gallery_media %} loads.
MEDIA = ("public.css", "lightbox.css", "lightbox.js")
USAGE = {
    "gallery": '{% gallery album.photos limit=6 size="thumbnail" sizes="50vw" link=True '
    'lightbox=True placeholder=True captions=False empty="No pictures yet." css_class="wide" '
    'template="gallery_events/gallery.html" %}',
    "picture": '{% picture image size="thumbnail" sizes="50vw" link=True placeholder=True alt="" '
    'loading="lazy" css_class="wide" template="gallery_events/picture.html" %}',
    "open_graph": '{% open_graph image alt="" template="gallery_events/open_graph.html" %}',
}


@register.simple_tag(takes_context=True)
def gallery(
    context: Context,
    images: Any,
    *,
    limit: int | None = None,
    size: str = "",
    sizes: str = "",
    link: bool = False,
    lightbox: bool = False,
    placeholder: bool = False,
    captions: bool = True,
    empty: str = "",
    css_class: str = "",
    template: str = "gallery_events/gallery.html",
) -> SafeString | str:
    """
    Show the pictures of a gallery, in order: at most *limit*, each *link*ed to its file.

    With *lightbox* the links open them one by one in a dialog, where scripts
    run; the page then holds ``{% gallery_media %}``. *placeholder* draws a
    blurred picture behind each until it is there.

    *images* is a gallery (``album.photos``) or images; after
    ``galleries.prefetch_images`` it asks the database nothing. One that is
    empty or NULL shows the text *empty*, or nothing at all. Raises TypeError
    for anything else, and TemplateSyntaxError for options that are not there.
    """
    _refuse_wrong_limit(limit)
    shown = _visible(context, _images(images))[:limit]
    if not shown and not empty:
        return ""
    options: dict[str, Any] = {"size": size, "sizes": sizes, "link": link}
    options |= {"lightbox": lightbox, "placeholder": placeholder}
    given = {"captions": captions, "empty": empty, "css_class": css_class, "lightbox": lightbox}
    pictures = [Picture.of(each, **options) for each in shown]
    return _render(context, template, {"pictures": pictures, **given})


@register.simple_tag(takes_context=True)
def picture(
    context: Context,
    image: Any,
    *,
    size: str = "",
    sizes: str = "",
    link: bool = False,
    placeholder: bool = False,
    alt: str | None = None,
    loading: str = "lazy",
    css_class: str = "",
    template: str = "gallery_events/picture.html",
) -> SafeString | str:
    """
    Show one image, by all of its files that a browser may choose from.

    *size* "thumbnail" offers nothing larger, "original" the file itself too;
    *sizes* says how wide it is on the page; *alt* replaces its own words.
    ``None`` shows nothing. Raises TypeError for what is no image, and
    TemplateSyntaxError for options that are not there.
    """
    if not _is_visible_image(context, image, tag="picture"):
        return ""
    options: dict[str, Any] = {"size": size, "sizes": sizes, "link": link, "alt": alt}
    shown = Picture.of(image, **options, loading=loading, placeholder=placeholder)
    return _render(context, template, {"picture": shown, "css_class": css_class})


@register.simple_tag(takes_context=True)
def open_graph(
    context: Context,
    image: Any,
    *,
    alt: str | None = None,
    template: str = "gallery_events/open_graph.html",
) -> SafeString | str:
    """
    Say in a page's head which image stands for it where people share its address.

    ``None``, and what the page's user may not see, says nothing. Raises
    TypeError for what is no image, and ImproperlyConfigured where the page has
    no request: these addresses are absolute.
    """
    if not _is_visible_image(context, image, tag="open_graph"):
        return ""
    shared = Shared.of(image, request=context.get("request"), alt=alt)
    return _render(context, template, {"shared": shared})


@register.simple_tag
def gallery_media() -> SafeString:
    """Load what galleries look like, and what opens their lightboxes: once, in a page's head."""
    return format_html(
        '<link rel="stylesheet" href="{}">\n<link rel="stylesheet" href="{}">\n'
        '<script type="module" src="{}"></script>',
        *(static(f"gallery_events/{name}") for name in MEDIA),
    )


def _is_visible_image(context: Context, image: Any, *, tag: str) -> bool:
    """Tell whether there is an image to be shown; Django's "" is an unknown name."""
    if image is None or image == "":
        return False
    if not isinstance(image, AbstractImage):
        message = f"{{% {tag} %}} shows an image, such as album.photos.images.0; got {image!r}."
        raise TypeError(message)
    return bool(_visible(context, [image]))


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
