"""Pictures that students drag into a text cell: which of them people get to see."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# How a file of each kind begins. Drawings (SVG) can hold scripts, and are none of them.
_KINDS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
MAX_BYTES = 5_000_000
MAX_PICTURES = 6
_LONG = 20_000  # characters of a text that are read for pictures


@dataclass(frozen=True)
class Picture:
    """A picture in a text cell.

    Attributes
    ----------
    name : str
        What it is called in the cell.
    address : str
        The picture itself, as a `data:` address; empty where it is not shown.
    why_not : str
        Why it is not shown, as a sentence.
    """

    name: str
    address: str = ""
    why_not: str = ""


def pictures(attachments: Any) -> list[Picture]:
    """The pictures among a cell's attachments, whatever these are."""
    if not isinstance(attachments, Mapping):
        return []
    found = [_picture(str(name), content) for name, content in attachments.items()]
    shown = [picture for picture in found if picture.address][:MAX_PICTURES]
    refused = [picture for picture in found if not picture.address]
    if sum(bool(picture.address) for picture in found) > MAX_PICTURES:
        refused.append(Picture("", why_not=f"Only the first {MAX_PICTURES} pictures are shown."))
    return shown + refused[:MAX_PICTURES]


def _picture(name: str, content: Any) -> Picture:
    kinds = content if isinstance(content, Mapping) else {}
    kind = next((kind for kind in _KINDS if kind in kinds), None)
    if kind is None:
        return Picture(name, why_not="It is no PNG, JPEG, GIF or WebP picture.")
    held = kinds[kind]
    text = "".join(map(str, held)) if isinstance(held, list) else str(held)
    if len(text) > MAX_BYTES * 4 / 3 + 4:
        return Picture(name, why_not=f"It is larger than {MAX_BYTES / 1e6:.0f} MB.")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data.startswith(_KINDS[kind]):
        return Picture(name, why_not="Its data are damaged.")
    return Picture(name, f"data:{kind};base64,{base64.b64encode(data).decode()}")


def keep_pictures(cell: Any) -> None:
    """Leave a text cell of a notebook only pictures, and no mention of one that is not there.

    nbconvert, and so nbgrader's formgrader, shows no notebook that mentions a missing attachment.
    """
    kept: dict[str, dict[str, str]] = {}
    for picture in pictures(cell.pop("attachments", None)):
        if picture.address:
            kind, _, data = picture.address.removeprefix("data:").partition(";base64,")
            kept[picture.name] = {kind: data}
    if kept:
        cell["attachments"] = kept
    if "attachment:" in cell.source and not _can_be_shown(cell.source, kept):
        cell.source = cell.source.replace("attachment:", "missing-attachment:")


def _can_be_shown(source: str, attachments: dict[str, dict[str, str]]) -> bool:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    if len(source) > _LONG:
        return False
    try:
        MarkdownWithMath(renderer=IPythonRenderer(attachments=attachments)).render(source)
    except Exception:  # of the renderer's own, and what deep nesting raises
        return False
    return True
