"""Directives that give every chapter the same shape.

``{objectives}`` opens a chapter: what the reader will be able to do, minutes, what it builds on.
``{correction}`` says where the notes are wrong, once, where the chapter treats the subject;
``{corrections}`` lists all of them on one page. An image without alt text is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class corrections(nodes.General, nodes.Element):
    """Stands where the list of all corrections goes."""


class ObjectivesDirective(SphinxDirective):
    """The box that opens a chapter."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "minutes": directives.positive_int,
        "builds-on": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return an admonition with the list and a line of facts."""
        if "minutes" not in self.options:
            raise self.error("The objectives of a chapter need :minutes:.")
        box = nodes.admonition(classes=["objectives"])
        self.set_source_info(box)
        box += nodes.title("", "What you will be able to do")
        self.state.nested_parse(self.content, self.content_offset, box)
        facts = nodes.paragraph(classes=["objectives-facts"])
        facts += nodes.strong("", "Time: ")
        facts += nodes.Text(f"about {self.options['minutes']} minutes. ")
        messages: list[nodes.system_message] = []
        if "builds-on" in self.options:
            inline, messages = self.state.inline_text(self.options["builds-on"], self.lineno)
            facts += nodes.strong("", "Builds on: ")
            facts += inline
            facts += nodes.Text(".")
        box += facts
        return [box, *messages]


class CorrectionDirective(SphinxDirective):
    """A slip in the notes, and what is right."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged_required,
        "notes": directives.unchanged_required,
        "said": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return a folded box, and remember its contents for the list."""
        missing = [key for key in ("name", "notes", "said") if key not in self.options]
        if missing:
            raise self.error(f"A correction needs :{missing[0]}:.")
        box = nodes.admonition(classes=["correction", "dropdown", "note"])
        self.set_source_info(box)
        self.add_name(box)
        title, messages = self.state.inline_text(self.arguments[0], self.lineno)
        box += nodes.title("", "Correction: ", *title)
        said, more = self.state.inline_text(self.options["said"], self.lineno)
        paragraph = nodes.paragraph("", "", classes=["correction-said"])
        paragraph += nodes.Text("The notes (")
        where, most = self.state.inline_text(self.options["notes"], self.lineno)
        paragraph += [*where, nodes.Text(") say: "), *said]
        box += paragraph
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box, *messages, *more, *most]


class CorrectionsDirective(SphinxDirective):
    """Ask for the list of all corrections."""

    def run(self) -> list[nodes.Node]:
        """Return a placeholder: the other pages may not have been read yet."""
        if not hasattr(self.env, "coursebook_lists"):
            self.env.coursebook_lists = set()
        self.env.coursebook_lists.add(self.env.docname)
        return [corrections()]


def _found(env: BuildEnvironment) -> dict[str, list[nodes.admonition]]:
    if not hasattr(env, "coursebook_corrections"):
        env.coursebook_corrections = {}
    return env.coursebook_corrections


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember this page's corrections; warn of images without alt text."""
    # Copies: the page's own boxes would drag its whole document into the pickled environment.
    _found(app.env)[app.env.docname] = [
        box.deepcopy()
        for box in doctree.findall(nodes.admonition)
        if "correction" in box["classes"]
    ]
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "image without alt text: %s", image.get("uri", ""), location=image, type="alt"
            )


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _found(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: Any) -> None:
    for docname in docnames:
        if docname in _found(other):
            _found(env)[docname] = _found(other)[docname]
    lists = getattr(env, "coursebook_lists", set()) | getattr(other, "coursebook_lists", set())
    env.coursebook_lists = lists


def _rewrite_list(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A changed chapter may change the list."""
    lists = sorted(getattr(env, "coursebook_lists", ()))
    for docname in lists:
        # Sphinx gives MathJax only to pages with formulas of their own; the list borrows its.
        env.get_domain("math").data["has_equations"][docname] = True
    return lists


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list, in the book's order, where a page asks for it."""
    for place in list(doctree.findall(corrections)):
        items: list[nodes.Node] = []
        for source in _in_order(app.env):
            for box in _found(app.env).get(source, []):
                items.append(_entry(app.builder, box, source, docname))
        if not items:
            items.append(nodes.paragraph("", "None so far."))
        place.replace_self(items)


def _in_order(env: BuildEnvironment) -> list[str]:
    """Pages in the order of the table of contents."""
    order: list[str] = []

    def walk(docname: str) -> None:
        if docname in order:
            return
        order.append(docname)
        for child in env.toctree_includes.get(docname, []):
            walk(child)

    walk(env.config.root_doc)
    return order


def _entry(builder: Builder, box: nodes.admonition, source: str, docname: str) -> nodes.Element:
    """One correction as an entry of the list, with a link back to its chapter."""
    copy = box.deepcopy()
    anchor = copy["ids"][0]
    for inner in copy.findall(nodes.Element):
        inner["ids"], inner["names"] = [], []
    for reference in copy.findall(addnodes.pending_xref):
        # Links are to be made as seen from the list, not from the chapter.
        reference["refdoc"] = docname
    builder.env.resolve_references(_document_with(copy), docname, builder)

    entry = nodes.container(classes=["correction-entry"])
    title, *body = copy.children
    heading = nodes.paragraph("", "", classes=["correction-title"])
    strong = nodes.strong()
    strong += title.children[1:]  # without the word "Correction"
    heading += strong
    entry += heading
    entry += body
    link = nodes.reference("", "", internal=True)
    link["refuri"] = f"{builder.get_relative_uri(docname, source)}#{anchor}"
    link += nodes.Text(builder.env.titles[source].astext())
    back = nodes.paragraph("", "In the chapter ")
    back += link
    entry += back
    return entry


def _document_with(element: nodes.Element) -> nodes.document:
    document = new_document("")
    document += element
    return document


def _without_thebe(app: Sphinx, config: Any) -> None:
    """Jupyter Book always loads sphinx-thebe, which writes a foreign address into each page."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__.split(".")[0] == "sphinx_thebe":
                app.disconnect(listener.id)
    styles = app.registry.css_files
    styles[:] = [style for style in styles if style[0] != "sphinx-thebe.css"]


# The ink of `coursekit.plotting` reads on both grounds; on a known ground a stronger one is better.
_INK, _INK_LIGHT, _INK_DARK = "#7a7a7a", "#5c5c5c", "#c0c0c0"


def _adapt_figures(app: Sphinx, exception: Exception | None) -> None:
    """Let the drawings follow the page's colors: a picture in a page takes its color scheme."""
    if exception is not None or app.builder.format != "html":
        return
    rules = "".join(
        f"@media (prefers-color-scheme: {scheme}) {{"
        + "".join(
            f'[style*="{part}: {_INK}"] {{ {part}: {ink} !important; }}'
            for part in ("fill", "stroke")
        )
        + "}"
        for scheme, ink in (("light", _INK_LIGHT), ("dark", _INK_DARK))
    )
    for file in Path(app.outdir, "_images").glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        if _INK in text and rules not in text:
            start = text.index(">", text.index("<svg")) + 1
            style = f"\n <style>{rules}</style>"
            file.write_text(text[:start] + style + text[start:], encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives and the checks."""
    app.add_node(corrections)
    app.add_directive("objectives", ObjectivesDirective)
    app.add_directive("correction", CorrectionDirective)
    app.add_directive("corrections", CorrectionsDirective)
    app.connect("config-inited", _without_thebe)
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _rewrite_list)
    app.connect("doctree-resolved", _fill)
    app.connect("build-finished", _adapt_figures)
    app.add_css_file("chapter.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
