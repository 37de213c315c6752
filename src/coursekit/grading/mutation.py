"""Mutants of an exercise's reference: its source with one small change each.

The change is one that a programmer could have made by mistake. Checks that tell every mutant
from the reference look at everything; a mutant that they let pass shows where they do not.

Why not a library: mutmut and cosmic-ray both want a project with a test command of its own, and
neither knows the slips of array code (axes, slices, height for width). The operators here are one
table, `OPERATORS`: a function takes a node of the syntax tree and yields what may stand in its
place.
"""

from __future__ import annotations

import ast
import builtins
import copy
import difflib
import hashlib
import importlib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from coursekit.exercises import Exercise, exercises_of


@dataclass(frozen=True)
class Mutant:
    """One change of one function.

    Attributes
    ----------
    exercise : str
        The exercise whose reference was changed.
    function : str
        The function with the change: the reference itself, or a helper that it calls.
    key : str
        The change, `function:operator:digest`. Made from the changed lines alone: it stays the
        same while they do, whatever is written around them.
    line : int
        Where the change is, in the module's file.
    source : str
        What is handed in: a module of its own, with all that the exercise needs.
    was, now : str
        The lines that were changed, and what they became; empty where lines were only put in.
    """

    exercise: str
    function: str
    operator: str
    key: str
    line: int
    source: str
    was: str
    now: str

    @property
    def id(self) -> str:
        return f"{self.exercise}/{self.key}"


# --- what is mutated ------------------------------------------------------------------------


class Reference:
    """The reference solution of one exercise as a module of its own.

    Parameters
    ----------
    entry : Exercise
    tuning : mapping of str to object
        Module constants on which no result depends, with other values: block sizes, say, so
        small that the inputs of checks are cut into blocks too. They are not mutated.
    """

    def __init__(self, entry: Exercise, tuning: Mapping[str, object]) -> None:
        self.entry = entry
        module = importlib.import_module(entry.module)
        tree = _bare(ast.parse(Path(module.__file__).read_text()))
        defined = {name: node for node in tree.body for name in _defines(node)}
        for name, value in tuning.items():
            if name in defined:
                defined[name].value = ast.Constant(value)
        others = {other.name for other in exercises_of(entry.assignment)} - {entry.name}
        needed = _reached(entry.name, defined, set())
        self._body = [node for node in tree.body if node in needed or _is_import(node)]
        # Another exercise that this one calls is mutated where it is its own turn.
        own = _reached(entry.name, defined, others)
        self.parts = [
            (name, node)
            for name, node in defined.items()
            if node in own and name not in others and name not in tuning
        ]

    @property
    def source(self) -> str:
        """The reference itself, without docstrings: it must pass all checks."""
        return "\n\n".join(map(ast.unparse, self._body)) + "\n"

    def mutants(self) -> Iterator[Mutant]:
        """All mutants, each text once, in the order of the module."""
        for name, part in self.parts:
            at = self._body.index(part)
            texts = [ast.unparse(node) for node in self._body]
            original = texts[at]
            seen = {original}
            times: Counter[str] = Counter()
            for line, operator, text in changes(part):
                if text in seen or not _compiles(text):
                    continue
                seen.add(text)
                was, now = _changed(original, text)
                told = f"{name}\n{was}\n{now}"
                times[told] += 1
                told += f"\n{times[told]}"
                digest = hashlib.sha256(told.encode()).hexdigest()[:8]
                yield Mutant(
                    exercise=self.entry.name,
                    function=name,
                    operator=operator,
                    key=f"{name}:{operator}:{digest}",
                    line=line,
                    source="\n\n".join([*texts[:at], text, *texts[at + 1 :]]) + "\n",
                    was=was,
                    now=now,
                )


def changes(part: ast.stmt) -> Iterator[tuple[int, str, str]]:
    """Line, operator and new text of every change of a definition, good or not."""
    known = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)} | set(dir(builtins))
    bound = _bound_twice(part)
    for place in _places(part):
        for operator, change in OPERATORS.items():
            for new in change(place.node):
                # What only makes Python stumble over a name tells nothing of the checks.
                unknown = isinstance(new, ast.Name) and new.id not in known
                if unknown or (isinstance(new, ast.Pass) and not _droppable(place.node, bound)):
                    continue
                place.put(new)
                text = ast.unparse(part)
                place.put(place.node)
                yield place.line, operator, text


def _bare(tree: ast.Module) -> ast.Module:
    """Without docstrings, annotations and decorators: what is left decides what is computed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list, node.returns = [], None
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        elif isinstance(node, ast.arg):
            node.annotation = None
    return _Negatives().visit(tree)


class _Negatives(ast.NodeTransformer):
    """-1 as one number, as people think of it."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return ast.copy_location(ast.Constant(-node.operand.value), node)
        return node


def _is_import(node: ast.stmt) -> bool:
    """An import that a student could write; the registry of exercises is none."""
    if isinstance(node, ast.ImportFrom):
        return node.module not in ("__future__", "coursekit.exercises")
    return isinstance(node, ast.Import)


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _reached(name: str, defined: Mapping[str, ast.stmt], closed: set[str]) -> set[ast.stmt]:
    """The definitions that `name` needs, itself among them, not looking into those `closed`."""
    found: set[ast.stmt] = set()
    waiting = [name]
    while waiting:
        node = defined[waiting.pop()]
        if node in found:
            continue
        found.add(node)
        used = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
        waiting += used & defined.keys() - closed
    return found


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _changed(before: str, after: str) -> tuple[str, str]:
    """The lines that only one of two texts has."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0))[2:]
    was, now = ([line[1:].strip() for line in lines if line[0] == mark] for mark in "-+")
    return "\n".join(was), "\n".join(now)


# --- places in a tree -----------------------------------------------------------------------


@dataclass
class _Place:
    """A node, and where it hangs: `put` hangs another one there."""

    node: ast.AST
    line: int
    put: Callable[[ast.AST], None]


def _places(parent: ast.AST, line: int = 0) -> Iterator[_Place]:
    """All nodes below `parent`; what an exception says is for people, and left alone."""
    for name, value in ast.iter_fields(parent):
        for i, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST):
                continue

            def put(new: ast.AST, name: str = name, value: object = value, i: int = i) -> None:
                if isinstance(value, list):
                    value[i] = new
                else:
                    setattr(parent, name, new)

            here = getattr(node, "lineno", line)
            yield _Place(node, here, put)
            if not isinstance(node, ast.Raise):
                yield from _places(node, here)


def _bound_twice(part: ast.AST) -> set[str]:
    """Names that a function still knows when one of its assignments to them is gone."""
    names = Counter(arg.arg for arg in ast.walk(part) if isinstance(arg, ast.arg))
    names.update(
        node.id
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return {name for name, times in names.items() if times > 1}


def _droppable(node: ast.AST, bound: set[str]) -> bool:
    stored = {
        name.id
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    return stored <= bound


# --- operators ------------------------------------------------------------------------------

_SWAPS = {
    "arithmetic": {
        ast.Add: [ast.Sub],
        ast.Sub: [ast.Add],
        ast.Mult: [ast.Add, ast.FloorDiv],
        ast.Div: [ast.Mult, ast.FloorDiv],
        ast.FloorDiv: [ast.Div, ast.Mult],
        ast.Mod: [ast.FloorDiv],
        ast.Pow: [ast.Mult],
        ast.MatMult: [ast.Mult],
        ast.USub: [ast.UAdd],
    },
    "comparison": {
        ast.Eq: [ast.NotEq],
        ast.NotEq: [ast.Eq],
        ast.Lt: [ast.GtE, ast.Gt],
        ast.LtE: [ast.Gt],
        ast.Gt: [ast.LtE, ast.Lt],
        ast.GtE: [ast.Lt],
        ast.In: [ast.NotIn],
        ast.NotIn: [ast.In],
        ast.Is: [ast.IsNot],
        ast.IsNot: [ast.Is],
    },
    "boundary": {
        ast.Lt: [ast.LtE],
        ast.LtE: [ast.Lt],
        ast.Gt: [ast.GtE],
        ast.GtE: [ast.Gt],
    },
    "logic": {ast.And: [ast.Or], ast.Or: [ast.And]},
}

# Each name may be taken for the other: functions, attributes, words of options, sizes.
_CONFUSED = [
    ("min", "max"),
    ("minimum", "maximum"),
    ("floor", "ceil"),
    ("zeros", "ones"),
    ("any", "all"),
    ("sum", "mean"),
    ("sum", "max"),
    ("argmin", "argmax"),
    ("add", "maximum"),
    ("multiply", "add"),
    ("start", "stop"),
    ("max", "average"),
    ("stride", "pad"),
    ("stride", "f"),
    ("float64", "float32"),
    ("n_H", "n_W"),
    ("n_H_prev", "n_W_prev"),
    ("n_H_pad", "n_W_pad"),
    ("n_C", "n_C_prev"),
    ("h", "w"),
    ("i", "j"),
    ("rows", "columns"),
]

# Functions that do not care in which order their arguments come.
_SYMMETRIC = {"min", "max", "minimum", "maximum", "add", "multiply", "result_type"}


def _other_names(name: str) -> list[str]:
    return [b if name == a else a for a, b in _CONFUSED if name in (a, b)]


def _with(node: ast.AST, **changes: object) -> ast.AST:
    """A copy of a node with other fields."""
    new = copy.copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _swapped(kind: str) -> Callable[[ast.AST], Iterator[ast.AST]]:
    def change(node: ast.AST) -> Iterator[ast.AST]:
        for other in _SWAPS[kind].get(type(node), []):
            yield other()

    return change


def _number(node: ast.AST) -> Iterator[ast.AST]:
    """A number one larger and one smaller, True for False, None for 0."""
    if not isinstance(node, ast.Constant):
        return
    if node.value is True or node.value is False:
        yield ast.Constant(not node.value)
    elif node.value is None:
        yield ast.Constant(0)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        if node.value >= 0:
            yield ast.Constant(node.value - 1)


def _name(node: ast.AST) -> Iterator[ast.AST]:
    """A name, an attribute or a word taken for its like."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in _other_names(node.id):
            yield _with(node, id=other)
    elif isinstance(node, ast.Attribute):
        for other in _other_names(node.attr):
            yield _with(node, attr=other)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        for other in _other_names(node.value):
            yield ast.Constant(other)


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    """A condition turned round, or always true, or never; one part of it forgotten."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        tests = [ast.UnaryOp(ast.Not(), node.test), ast.Constant(False)]
        # A loop that never ends tells nothing.
        tests += [] if isinstance(node, ast.While) else [ast.Constant(True)]
        for test in tests:
            yield _with(node, test=test)
    elif isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            left = node.values[:i] + node.values[i + 1 :]
            yield left[0] if len(left) == 1 else _with(node, values=left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def _dropped(node: ast.AST) -> Iterator[ast.AST]:
    """A statement that is not there."""
    statements = ast.Assign | ast.AugAssign | ast.Expr | ast.Raise | ast.Break | ast.Continue
    if isinstance(node, statements):
        yield ast.Pass()


def _assigned(node: ast.AST) -> Iterator[ast.AST]:
    """`=` in place of `+=` and its like, and the other way round for parts of arrays."""
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=0)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield ast.AugAssign(node.targets[0], ast.Add(), node.value)


def _arguments(node: ast.AST) -> Iterator[ast.AST]:
    """Two arguments that changed places, one that was forgotten, a call that was not made."""
    if not isinstance(node, ast.Call):
        return
    symmetric = getattr(node.func, "id", getattr(node.func, "attr", "")) in _SYMMETRIC
    for i in range(0 if symmetric else len(node.args) - 1):
        a, b = node.args[i : i + 2]
        if not isinstance(a, ast.Starred) and not isinstance(b, ast.Starred):
            yield _with(node, args=[*node.args[:i], b, a, *node.args[i + 2 :]])
    for i in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])
    if len(node.args) > 1:
        yield _with(node, args=node.args[:-1])
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]


def _is_module(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "tf", "operator")


def _order(node: ast.AST) -> Iterator[ast.AST]:
    """Neighbours in a tuple or a list that changed places, or one that was forgotten."""
    if isinstance(node, ast.Tuple | ast.List):
        for i in range(len(node.elts) - 1):
            a, b = node.elts[i : i + 2]
            yield _with(node, elts=[*node.elts[:i], b, a, *node.elts[i + 2 :]])
        if isinstance(node.ctx, ast.Load):
            for i in range(len(node.elts)):
                yield _with(node, elts=node.elts[:i] + node.elts[i + 1 :])


def _slice(node: ast.AST) -> Iterator[ast.AST]:
    """A slice that begins or ends one off, or has lost a part."""
    if not isinstance(node, ast.Slice):
        return
    lower, upper, step = node.lower, node.upper, node.step
    one = ast.Constant(1)
    yield _with(node, lower=ast.BinOp(lower, ast.Add(), one) if lower else one)
    if lower is not None:
        yield _with(node, lower=ast.BinOp(lower, ast.Sub(), one))
        yield _with(node, lower=None)
    if upper is None:
        yield _with(node, upper=ast.Constant(-1))
    else:
        yield _with(node, upper=ast.BinOp(upper, ast.Add(), one))
        yield _with(node, upper=ast.BinOp(upper, ast.Sub(), one))
        yield _with(node, upper=None)
    if step is not None:
        yield _with(node, step=None)


def _loop(node: ast.AST) -> Iterator[ast.AST]:
    """A loop without its first or its last turn, or with its first only."""
    if not isinstance(node, ast.For | ast.comprehension):
        return
    whole = ast.Call(ast.Name("list"), [node.iter], [])
    for part in (slice(1, None), slice(-1), slice(1)):
        ends = (part.start, part.stop)
        bounds = [None if end is None else ast.Constant(end) for end in ends]
        yield _with(node, iter=ast.Subscript(whole, ast.Slice(*bounds)))


def _returned(node: ast.AST) -> Iterator[ast.AST]:
    """A loop that returns or leaves in its first turn, nothing returned at the end."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(None)
    elif isinstance(node, ast.For):
        yield _with(node, body=[*node.body, ast.Break()])


def _branch(node: ast.AST) -> Iterator[ast.AST]:
    """One side of a choice for both; one side of an operation alone."""
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.BinOp):
        yield node.left
        yield node.right


OPERATORS: dict[str, Callable[[ast.AST], Iterator[ast.AST]]] = {
    "arithmetic": _swapped("arithmetic"),
    "comparison": _swapped("comparison"),
    "boundary": _swapped("boundary"),
    "logic": _swapped("logic"),
    "number": _number,
    "name": _name,
    "condition": _condition,
    "dropped": _dropped,
    "assigned": _assigned,
    "arguments": _arguments,
    "order": _order,
    "slice": _slice,
    "loop": _loop,
    "returned": _returned,
    "branch": _branch,
}
