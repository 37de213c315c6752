"""The script and style of `coursekit.frames`: frames that the reader scrolls through."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the script and style."""
    app.add_css_file("frames.css")
    app.add_js_file("frames.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
