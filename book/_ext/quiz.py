"""The ``{quiz}`` directive: a question with options, each with its explanation.

The page holds the question and a list whose explanations are folded into ``<details>``. That is
what a reader without scripts, or on paper, gets. ``quiz.js`` turns it into a form.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_OPTION = re.compile(r"^[-*] \[(?P<mark>[ xX])\] (?P<text>.*)$")
_SEPARATOR = re.compile(r"\s+::(?:\s+|$)")


class quiz(nodes.General, nodes.Element):
    """Holds a ``quiz_question`` and its ``quiz_option`` nodes."""


class quiz_question(nodes.General, nodes.Element):
    """What is asked."""


class quiz_option(nodes.General, nodes.Element):
    """One option: a ``quiz_choice`` and a ``quiz_reason``."""


class quiz_choice(nodes.General, nodes.Element):
    """What may be chosen."""


class quiz_reason(nodes.General, nodes.Element):
    """Why it is right or wrong."""


class QuizDirective(SphinxDirective):
    """Parse a question and a list of ``- [x] option :: explanation``."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the quiz, or raise where the list is not as it must be."""
        if "name" not in self.options:
            raise self.error("A quiz needs a :name: that is unique in the book.")
        body, options = self._split()
        right = sum(mark for mark, *_ in options)
        if len(options) < 2 or right == 0:
            raise self.error("A quiz needs at least two options, one of them marked [x].")

        element = quiz(several=right > 1)
        self.set_source_info(element)
        self.add_name(element)
        question = quiz_question()
        inline, messages = self.state.inline_text(self.arguments[0], self.lineno)
        question += nodes.paragraph("", "", *inline, classes=["quiz-ask"])
        if any(line.strip() for line in body):
            self._parse(body, 0, question)
        element += question
        for mark, lines, offset in options:
            choice, reason = self._halves(lines, offset)
            option = quiz_option(right=mark)
            option += self._parse(choice, offset, quiz_choice())
            option += self._parse(reason, offset, quiz_reason())
            element += option
        return [element, *messages]

    def _split(self) -> tuple[list[str], list[tuple[bool, list[str], int]]]:
        body: list[str] = []
        options: list[tuple[bool, list[str], int]] = []
        for number, line in enumerate(self.content):
            match = _OPTION.match(line)
            if match:
                options.append((match["mark"] in "xX", [match["text"]], number))
            elif not options:
                body.append(line)
            elif line.startswith("  ") or not line.strip():
                options[-1][1].append(line[2:])
            else:
                raise self.error(f"Not part of a quiz option (indent it by two): {line!r}")
        return body, options

    def _halves(self, lines: list[str], offset: int) -> tuple[list[str], list[str]]:
        halves = _SEPARATOR.split("\n".join(lines), maxsplit=1)
        if len(halves) != 2 or not halves[1].strip():
            raise self.error(f"Option without ' :: explanation' (line {offset + 1} of the quiz)")
        return halves[0].split("\n"), halves[1].split("\n")

    def _parse(self, lines: list[str], offset: int, into: nodes.Element) -> nodes.Element:
        from docutils.statemachine import StringList

        source = self.get_source_info()[0]
        items = [(source, self.content_offset + offset + n) for n in range(len(lines))]
        self.state.nested_parse(StringList(lines, items=items), self.content_offset + offset, into)
        return into


def _visit_quiz(translator: Any, node: nodes.Element) -> None:
    several = "true" if node["several"] else "false"
    translator.body.append(
        translator.starttag(node, "div", CLASS="quiz", **{"data-several": several})
    )


def _visit_option(translator: Any, node: nodes.Element) -> None:
    parent = node.parent
    if parent.children[1] is node:
        translator.body.append('<ul class="quiz-options">\n')
    right = "true" if node["right"] else "false"
    translator.body.append(f'<li class="quiz-option" data-right="{right}">\n')


def _depart_option(translator: Any, node: nodes.Element) -> None:
    translator.body.append("</li>\n")
    if node.parent.children[-1] is node:
        translator.body.append("</ul>\n")


def _visit_reason(translator: Any, node: nodes.Element) -> None:
    verdict = "Right" if node.parent["right"] else "Wrong"
    translator.body.append(
        '<details class="quiz-reason"><summary>Is it right?</summary>\n'
        f'<p class="quiz-verdict">{verdict}.</p>\n'
    )


def _open(tag: str, css_class: str) -> Any:
    return lambda translator, node: translator.body.append(f'<{tag} class="{css_class}">\n')


def _close(tag: str) -> Any:
    return lambda translator, node: translator.body.append(f"</{tag}>\n")


def _pass(translator: Any, node: nodes.Element) -> None:
    """Builders other than HTML print the contents one after the other."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, its nodes, script and style."""
    plain = dict.fromkeys(("latex", "text", "man", "texinfo"), (_pass, _pass))
    app.add_node(quiz, html=(_visit_quiz, _close("div")), **plain)
    app.add_node(quiz_question, html=(_open("div", "quiz-question"), _close("div")), **plain)
    app.add_node(quiz_option, html=(_visit_option, _depart_option), **plain)
    app.add_node(quiz_choice, html=(_open("div", "quiz-choice"), _close("div")), **plain)
    app.add_node(quiz_reason, html=(_visit_reason, _close("details")), **plain)
    app.add_directive("quiz", QuizDirective)
    app.add_css_file("quiz.css")
    app.add_js_file("quiz.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
