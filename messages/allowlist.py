"""What a text written by HR may hold: known fields, known filters on them, and `if` on known fields. Nothing else.

A sandbox says what a template may not do, and has been escaped from. This is the other way round: the parsed tree is
walked before anything is compiled, and whatever is not on the list is refused with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jinja2 import Environment, TemplateSyntaxError, nodes

DAYS = ("day", "full_day", "short")
# Every field with the filters that go with it; the first one is the one to propose.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "employee": (),
    "manager": (),
    "due": DAYS,
    "today": DAYS,
    "hour": ("hour",),
}
COMPARED = frozenset({"due", "today"})  # days, with one another
STATEMENTS = frozenset({"if", "elif", "else", "endif"})
DEEPEST = 3  # an `if` in an `if` in an `if`
MOST = 200  # pieces of a text
SHOWN = 40  # characters of what was written, in a mistake


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong on which line. `code` names words in own_words/mistakes/, which may use what is `said`."""

    line: int
    code: str
    said: Mapping[str, str] = field(default_factory=dict)


def parsed(environment: Environment, source: str) -> nodes.Template | Mistake:
    """The tree, or where it cannot be read. Also refuses what leaves no trace in a tree: comments, raw, print."""
    opened = False
    try:
        for line, kind, word in environment.lex(source):
            if kind in ("comment_begin", "raw_begin") or (opened and kind == "name" and word not in STATEMENTS):
                return Mistake(line, "not_allowed", {"what": word[:SHOWN]})
            opened = kind == "block_begin" or (opened and kind == "whitespace")
        return environment.parse(source)
    except TemplateSyntaxError as error:
        return Mistake(error.lineno, "syntax")
    except (RecursionError, ValueError, MemoryError, OverflowError):
        return Mistake(1, "syntax")


def mistakes(tree: nodes.Template) -> list[Mistake]:
    """Everything in the tree that is not on the list, by line."""
    found = [replace(one, line=one.line or 1) for one in _body(tree.body, 0, 1)]
    if sum(1 for _ in tree.find_all(nodes.Node)) > MOST:
        found.append(Mistake(1, "too_much"))
    return sorted(found, key=lambda one: one.line)


def _body(body: list[nodes.Node], depth: int, line: int) -> Iterator[Mistake]:
    """`line` is that of what stands around, for the few nodes that do not know their own."""
    for node in body:
        line = node.lineno or line
        if type(node) is nodes.Output:
            for one in (one for part in node.nodes for one in _part(part)):
                yield one if one.line else replace(one, line=line)
        elif type(node) is nodes.If:
            yield from _if(node, depth + 1)
        else:
            yield replace(_refused(node), line=line)


def _if(node: nodes.If, depth: int) -> Iterator[Mistake]:
    if depth > DEEPEST:
        yield Mistake(node.lineno, "too_deep")
        return
    for one in (node, *node.elif_):
        for wrong in _test(one.test):
            yield wrong if wrong.line else replace(wrong, line=one.lineno)
        yield from _body(one.body, depth, one.lineno)
    yield from _body(node.else_, depth, node.lineno)


def _part(node: nodes.Expr) -> Iterator[Mistake]:
    """What stands between {{ and }}."""
    if type(node) is nodes.TemplateData:
        return
    if type(node) is nodes.Filter:
        yield from _filtered(node)
    else:
        yield from _name(node)


def _filtered(node: nodes.Filter) -> Iterator[Mistake]:
    if node.args or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        yield Mistake(node.lineno, "filter_with_more", {"filter": node.name[:SHOWN]})
    inner = node.node
    if type(inner) is not nodes.Name:
        yield Mistake(node.lineno, "not_allowed", {"what": "filter"}) if inner is None else _refused(inner)
        return
    wrong = list(_name(inner))
    yield from wrong
    known = FIELDS.get(inner.name, ())
    if not wrong and node.name not in known:
        said = {"filter": node.name[:SHOWN], "field": inner.name, "known": ", ".join(known)}
        yield Mistake(node.lineno, "filter" if known else "no_filter", said)


def _name(node: nodes.Node) -> Iterator[Mistake]:
    if type(node) is not nodes.Name or node.ctx != "load":
        yield _refused(node)
    elif node.name not in FIELDS:
        yield Mistake(node.lineno, "unknown_field", {"field": node.name[:SHOWN], "known": ", ".join(FIELDS)})


def _test(node: nodes.Node) -> Iterator[Mistake]:
    """What stands after `if`."""
    match node:
        case nodes.Not():
            yield from _test(node.node)
        case nodes.And() | nodes.Or():
            yield from _test(node.left)
            yield from _test(node.right)
        case nodes.Compare():
            yield from _day(node.expr)
            for operand in node.ops:
                if operand.op not in ("eq", "ne", "lt", "lteq", "gt", "gteq"):
                    yield Mistake(node.lineno, "not_allowed", {"what": "in"})
                yield from _day(operand.expr)
        case _:
            yield from _name(node)


def _day(node: nodes.Node) -> Iterator[Mistake]:
    wrong = list(_name(node))
    yield from wrong
    if not wrong and isinstance(node, nodes.Name) and node.name not in COMPARED:
        yield Mistake(node.lineno, "compared", {"field": node.name})


def _refused(node: nodes.Node) -> Mistake:
    return Mistake(node.lineno, "not_allowed", {"what": type(node).__name__.lower()})
