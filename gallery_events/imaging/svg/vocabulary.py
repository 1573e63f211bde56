"""The elements and attributes of SVG that draw; all others are left out."""

from __future__ import annotations

XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"

#: Where white space between two elements is a space between two words.
WORDS = frozenset({"text", "tspan", "textPath"})
#: What says something of the drawing and draws nothing.
TOLD = frozenset({"title", "desc"})
ANIMATIONS = frozenset({"animate", "animateMotion", "animateTransform", "set"})
#: What may show a picture that lies in the file.
PICTURES = frozenset({"image", "feImage"})
PRIMITIVES = frozenset(
    {
        *("feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix"),
        *("feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood"),
        *("feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge"),
        *("feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting"),
        *("feSpotLight", "feTile", "feTurbulence"),
    }
)
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image"})
#: What shapes are put into, and painted by.
FRAMES = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "switch", "a", "view", "style", "marker", "pattern"),
        *("mask", "clipPath", "linearGradient", "radialGradient", "stop", "filter", "mpath"),
    }
)
ELEMENTS = FRAMES | SHAPES | WORDS | TOLD | ANIMATIONS | PRIMITIVES
#: Attributes that fetch, send or run by themselves; those of events begin with "on".
REFUSED = frozenset(
    {
        *("src", "srcset", "srcdoc", "ping", "target", "download", "action", "formaction", "data"),
        *("codebase", "poster", "base", "is", "nonce", "externalResourcesRequired"),
        *("contentScriptType", "contentStyleType"),
    }
)
#: What is told of a drawing by attributes.
TELLING = ("aria-label", "aria-description", "aria-roledescription")
