"""What a template may be made of: a text becomes a tree of Jinja2's nodes, all of them of the kinds listed here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from knowledge.templates.faults import TemplateFault
from knowledge.templates.filters import FILTERS, SELECTING

#: Characters of one template; the longest of the shipped call has 3,239.
LONGEST = 20_000
#: Templates that stay read: more than the shipped call has, which are checked, then served.
_TEMPLATES_KEPT = 2_000
#: Nodes within nodes; the deepest template of the shipped call has 12.
_DEEPEST = 60
#: A number that nobody writes, and that Python refuses to read from 4,300 figures on.
_ENDLESS_NUMBER = re.compile(r"[0-9_]{400}")

#: A brace of a text itself: « { phase } » would be shown as it stands. Whoever wants one writes « {{ "{" }} ».
_BRACE = re.compile("[{}]")

_ALLOWED: frozenset[type[nodes.Node]] = frozenset({
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign,
    nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Keyword, nodes.Call,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Add, nodes.Neg,
    nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair,
})  # fmt: skip

#: What an editor calls a node that is not allowed.
_CALLED: Mapping[str, str] = {
    "Import": "import", "FromImport": "from … import", "Include": "include", "Extends": "extends", "Block": "block",
    "Macro": "macro", "CallBlock": "call", "FilterBlock": "filter", "ExprStmt": "do", "With": "with",
    "AssignBlock": "set … endset", "Break": "break", "Continue": "continue", "ScopedEvalContextModifier": "autoescape",
    "Test": "is", "Concat": "~", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "Sub": "-",
    "Pos": "+", "NSRef": "set ….…",
}  # fmt: skip

#: Reads only: nothing is ever compiled or run by it.
_parser = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A macro of the phrases that all templates share."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[nodes.Node, ...]
    #: Where it begins, from 1.
    line: int = 1


@lru_cache(maxsize=_TEMPLATES_KEPT)
def read_template(text: str) -> tuple[nodes.Node, ...]:
    """Return what `text` is made of, to be worked out in this order. Errors: TemplateFault."""
    tree = _parse(text)
    _refuse_strange(tree)
    return tuple(tree.body)


def read_phrases(text: str) -> Mapping[str, Phrase]:
    """Return the macros that `text` defines, which may hold nothing else. Errors: TemplateFault."""
    phrases = {}
    for node in _parse(text).body:
        if isinstance(node, nodes.Macro):
            phrases[node.name] = _phrase(node)
        elif not _is_blank(node):
            raise TemplateFault("phrases-only", node.lineno)
    return phrases


def _parse(text: str) -> nodes.Template:
    if len(text) > LONGEST:
        raise TemplateFault("template-long", name=str(len(text)), given=str(LONGEST))
    if endless := _ENDLESS_NUMBER.search(text):
        raise TemplateFault("template-syntax", text.count("\n", 0, endless.start()) + 1)
    try:
        tree = _parser.parse(text)
    except TemplateSyntaxError as error:
        raise TemplateFault("template-syntax", error.lineno) from None
    except RecursionError:  # brackets in brackets by the thousand
        raise TemplateFault("template-deep") from None
    return tree


def _phrase(macro: nodes.Macro) -> Phrase:
    if macro.defaults:
        raise TemplateFault("template-forbidden", macro.lineno, name="=")
    for node in macro.body:
        _refuse_strange(node)
    parameters = tuple(argument.name for argument in macro.args)
    return Phrase(macro.name, parameters, tuple(macro.body), macro.lineno)


def calls_itself(phrase: Phrase, phrases: Mapping[str, Phrase]) -> bool:
    """Whether `phrase` can come to be called by what it calls."""
    seen: set[str] = set()
    waiting = [phrase.name]
    while waiting:
        for called in _called_by(phrases[waiting.pop()]):
            if called == phrase.name:
                return True
            if called in phrases and called not in seen:
                seen.add(called)
                waiting.append(called)
    return False


def _called_by(phrase: Phrase) -> Iterator[str]:
    for root in phrase.body:
        for node, _ in _walk(root):
            if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
                yield node.node.name


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def _refuse_strange(root: nodes.Node) -> None:
    for node, depth in _walk(root):
        if depth > _DEEPEST:
            raise TemplateFault("template-deep", node.lineno)
        if type(node) not in _ALLOWED:
            kind = type(node).__name__
            raise TemplateFault("template-forbidden", node.lineno, name=_CALLED.get(kind, kind.lower()))
        _refuse_misused(node)


def _walk(root: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Yield each node with its depth, in the order of the text.

    By a list: Jinja2's own walk recurses, and a long chain is deep.
    """
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += reversed([(child, depth + 1) for child in node.iter_child_nodes()])


def _refuse_misused(node: nodes.Node) -> None:
    """Refuse the rarer forms of what is allowed."""
    match node:
        case nodes.TemplateData() if brace := _BRACE.search(node.data):
            raise TemplateFault("template-brace", node.lineno + node.data.count("\n", 0, brace.start()), name=brace[0])
        case nodes.Filter():
            _refuse_strange_filter(node)
        case nodes.Call():
            if not isinstance(node.node, nodes.Name) or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise TemplateFault("template-call", node.lineno)
        case nodes.For() if node.recursive or not isinstance(node.target, nodes.Name):
            raise TemplateFault("template-forbidden", node.lineno, name="for a, b / recursive")
        case nodes.Assign() if not isinstance(node.target, nodes.Name):
            raise TemplateFault("template-forbidden", node.lineno, name="set a, b")
        case nodes.Dict() if not all(map(_has_text_key, node.items)):
            raise TemplateFault("template-forbidden", node.lineno, name="{…: …}")


def _has_text_key(pair: nodes.Pair) -> bool:
    return isinstance(pair.key, nodes.Const) and isinstance(pair.key.value, str)


def _refuse_strange_filter(node: nodes.Filter) -> None:
    if node.name not in FILTERS:
        raise TemplateFault("template-filter", node.lineno, name=node.name, known=tuple(sorted(FILTERS)))
    words = tuple(keyword.key for keyword in node.kwargs)
    kind = FILTERS[node.name]
    if node.node is None or node.dyn_args or node.dyn_kwargs:
        raise TemplateFault("template-forbidden", node.lineno, name=f"filter {node.name}")
    if words not in kind.keywords or not kind.fewest <= len(node.args) + len(words) <= kind.most:
        raise TemplateFault("filter-arguments", node.lineno, name=node.name)
    if kind.takes_filter and node.args:
        _refuse_strange_inner_filter(node)
    if node.name == "selectattr" and len(node.args) > 1:
        test = node.args[1].value if isinstance(node.args[1], nodes.Const) else None
        if test not in SELECTING:
            raise TemplateFault("template-filter", node.lineno, name=str(test), known=SELECTING)


def _refuse_strange_inner_filter(node: nodes.Filter) -> None:
    """Refuse the name of a filter that is given to another, unless it is one that takes nothing."""
    inner = str(node.args[0].value) if isinstance(node.args[0], nodes.Const) else ""
    if inner not in FILTERS or FILTERS[inner].fewest or FILTERS[inner].takes_filter:
        raise TemplateFault("template-filter", node.lineno, name=inner, known=tuple(sorted(FILTERS)))
