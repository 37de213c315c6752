"""The ``{convolution-stepper}`` directive: a filter that the reader moves across an input."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PRESETS = ("vertical", "horizontal", "sobel", "scharr", "blur", "sharpen", "identity", "random")
INPUTS = ("half", "corner", "ramp", "random")


class stepper(nodes.General, nodes.Element):
    """Interactive figure; its children are the caption."""


def _between(low: int, high: int) -> Any:
    def convert(argument: str | None) -> int:
        number = directives.nonnegative_int(argument)
        if not low <= number <= high:
            raise ValueError(f"{number} is not from {low} to {high}")
        return number

    return convert


def _one_of(*choices: str) -> Any:
    return lambda argument: directives.choice(argument, choices)


class StepperDirective(SphinxDirective):
    """Settings that the figure starts with, and its caption."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged_required,
        "size": _between(3, 9),
        "filter-size": _between(1, 5),
        "pad": _between(0, 3),
        "stride": _between(1, 4),
        "preset": _one_of(*PRESETS),
        "input": _one_of(*INPUTS),
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure's node."""
        if "name" not in self.options:
            raise self.error("A stepper needs a :name: that is unique in the book.")
        settings = {key: value for key, value in self.options.items() if key != "name"}
        element = stepper(settings=settings)
        self.set_source_info(element)
        self.add_name(element)
        self.state.nested_parse(self.content, self.content_offset, element)
        return [element]


def _visit(translator: Any, node: nodes.Element) -> None:
    data = {f"data-{key}": str(value) for key, value in node["settings"].items()}
    translator.body.append(translator.starttag(node, "figure", CLASS="stepper", **data))
    translator.body.append(
        '<div class="stepper-body"><p>This figure moves a filter across an input, one step at a '
        "time. It needs a script, and scripts are off in this browser. The worked matrices on "
        "this page show the same steps.</p></div>\n"
    )
    if node.children:
        translator.body.append("<figcaption>\n")


def _depart(translator: Any, node: nodes.Element) -> None:
    if node.children:
        translator.body.append("</figcaption>\n")
    translator.body.append("</figure>\n")


def _pass(translator: Any, node: nodes.Element) -> None:
    """On paper only the caption is left."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, its script and style."""
    plain = dict.fromkeys(("latex", "text", "man", "texinfo"), (_pass, _pass))
    app.add_node(stepper, html=(_visit, _depart), **plain)
    app.add_directive("convolution-stepper", StepperDirective)
    app.add_css_file("stepper.css")
    app.add_js_file("stepper.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
