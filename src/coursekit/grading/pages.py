"""Pages for people out of templates: self-contained, without scripts, every text escaped."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

# Characters that nobody sees, or that turn the text around them: they would let a name or a
# message look like another. U+200C and U+200D are left alone, as some scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# More marks on one letter than any language has would grow over the lines around it.
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILED = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def plain(text: Any, limit: int = 2000) -> str:
    """Text from anywhere, cut to `limit` characters, with what cannot be seen made visible."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    cut = len(text) - limit
    text = _PILED.sub(r"\1", text[:limit])
    text = _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return f"{text}… [{cut:,} more characters left out]" if cut > 0 else text


def isolated(text: Any, limit: int = 2000) -> Markup:
    """Text in an element of its own, so that its direction does not reach its neighbors."""
    return Markup("<bdi>{}</bdi>").format(plain(text, limit))


def lines(text: Any, limit: int = 20_000) -> Markup:
    """A longer text whose line breaks stay."""
    return Markup('<div class="text" dir="auto">{}</div>').format(plain(text, limit))


def prose(text: str) -> Markup:
    """An author's text, with the code and the stress in it as they are meant, and no more."""
    shown = str(escape(plain(text, 5000)))
    shown = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", shown)
    shown = re.sub(r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>", shown)
    return Markup('<div class="text">{}</div>').format(Markup(shown))


def code(text: Any, limit: int = 20_000) -> Markup:
    """Code, as it was written."""
    shown = plain(text, limit)
    # Here the joiners are as unexpected as the rest, and break names.
    shown = re.sub("[\u200c\u200d]", lambda found: f"[U+{ord(found[0]):04X}]", shown)
    return Markup('<pre dir="ltr" tabindex="0"><code>{}</code></pre>').format(shown)


def points(value: float) -> str:
    """A number of points, with as many decimals as it needs and at most two."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def share(part: float, whole: float) -> str:
    """A percentage in whole numbers; 0 % and 100 % mean exactly that."""
    if whole <= 0:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 100:
        percent = min(99, max(1, round(percent)))
    return f"{percent:.0f} %"


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 check, 2 checks."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def link(*parts: str) -> str:
    """A relative address out of names of folders and files, whatever is in them."""
    return "/".join(quote(os.fsencode(part), safe="") for part in parts)


def render(template: str, **context: Any) -> str:
    """A page out of a template of this package."""
    return _ENVIRONMENT.get_template(template).render(**context)


def write(path: Path, page: str) -> None:
    """Write a page in one piece; one that has not changed keeps its date."""
    data = page.encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == data:
        return
    # Not a private temporary file: nbgrader's release_feedback copies the permissions.
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(data)
    os.replace(draft, path)


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("coursekit.grading"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters.update(
    bdi=isolated, code=code, counted=counted, lines=lines, plain=plain, points=points, prose=prose
)
_ENVIRONMENT.globals.update(escape=escape, share=share)
