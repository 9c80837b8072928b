"""Walks every branch of a template with examples of its values, and notes every fault where rendering would stop."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import nodes

from knowledge.templates.evaluation import Evaluation, Names, Phrases
from knowledge.templates.faults import TemplateFault
from knowledge.templates.filters import kind_of

#: A name -> the texts that it can be, where these are few: « phase » is before, open or closed.
Choices = Mapping[str, Sequence[str]]

#: Stands where no example tells a value, or where a fault was noted. No template can write it.
_UNKNOWN: Any = object()
_LOOP = {"first": False, "last": False, "index": 1, "index0": 0, "length": 2}


class Exploration(Evaluation):
    """An evaluation of everything: both sides of each condition, the body of each loop, once each."""

    def __init__(self, phrases: Phrases, facts: Mapping[str, Any], choices: Choices) -> None:
        super().__init__(phrases, facts)
        self._choices = choices
        self._worked_out: dict[int, Any] = {}
        self.faults: list[TemplateFault] = []

    def explore(self, body: Sequence[nodes.Node], names: Names, unknown: Sequence[str] = ()) -> list[TemplateFault]:
        """Return the faults of `body`; nothing is known of the values of `unknown`."""
        self._explore(body, {**names, **dict.fromkeys(unknown, _UNKNOWN)})
        return self.faults

    def value(self, node: nodes.Node, names: Names) -> Any:
        return self._worked_out[id(node)]  # its parts come before a node

    def _explore(self, body: Sequence[nodes.Node], names: Names) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self._look_at_printed(part, self._look(part, names))
            elif isinstance(node, nodes.If):
                for branch in (node, *node.elif_):
                    self._look(branch.test, names)
                    self._explore(branch.body, names)
                self._explore(node.else_, names)
            elif isinstance(node, nodes.For):
                self._explore_loop(node, names)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                names[node.target.name] = self._look(node.node, names)

    def _explore_loop(self, node: nodes.For, names: Names) -> None:
        assert isinstance(node.target, nodes.Name)
        items = self._look(node.iter, names)
        if items is not _UNKNOWN and not isinstance(items, tuple):
            self.faults.append(TemplateFault("template-loop", node.lineno, given=kind_of(items)))
            items = _UNKNOWN
        within = {**names, node.target.name: items[0] if items is not _UNKNOWN and items else _UNKNOWN}
        if node.test is not None:
            self._look(node.test, within)
        self._explore(node.body, {**within, "loop": _LOOP})
        self._explore(node.else_, names)

    def _look(self, node: nodes.Node, names: Names) -> Any:
        """Return the value of an expression, or that it is not known."""
        self._worked_out[id(node)] = value = self._look_within(node, names)
        return value

    def _look_within(self, node: nodes.Node, names: Names) -> Any:
        parts = [self._look(part, names) for part in _parts(node)]
        self.faults += _impossible(node, self._choices)
        if any(part is _UNKNOWN for part in parts):
            return _UNKNOWN
        try:
            found = self._known[type(node)](node, names)
        except TemplateFault as fault:
            if fault.code != "template-index":  # the example is shorter than what it stands for
                self.faults.append(fault)
            return _UNKNOWN
        return _UNKNOWN if found is None and not isinstance(node, nodes.Const) else found

    def _look_at_printed(self, node: nodes.Node, value: Any) -> None:
        if isinstance(value, (tuple, Mapping)):
            self.faults.append(TemplateFault("template-print", node.lineno, given=kind_of(value)))

    def _phrase(self, node: nodes.Call, phrase: Any, names: Names) -> str:
        return ""  # explored by itself

    def _is_equal(self, node: nodes.Node, left: Any, right: Any) -> bool:
        kinds = {kind_of(left), kind_of(right)} - {kind_of(None)}
        if len(kinds) > 1:  # never equal, so one side of the condition is never said
            raise TemplateFault("template-compare", node.lineno, name=kind_of(left), given=kind_of(right))
        return super()._is_equal(node, left, right)


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield the expressions that the value of `node` is worked out from."""
    for child in node.iter_child_nodes():
        if isinstance(child, (nodes.Slice, nodes.Operand, nodes.Pair, nodes.Keyword)):
            yield from _parts(child)
        elif not (isinstance(node, nodes.Call) and child is node.node):
            yield child


def _impossible(node: nodes.Node, choices: Choices) -> Iterator[TemplateFault]:
    """Yield the comparisons with a text that the name never is: « phase == 'ouvert' »."""
    if isinstance(node, nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        for side in sides:
            yield from _not_among(choices.get(_last_name(side), ()), _last_name(side), sides)
    elif isinstance(node, nodes.Filter) and node.name == "selectattr":
        name = str(node.args[0].value) if isinstance(node.args[0], nodes.Const) else ""
        yield from _not_among(choices.get(name, ()), name, node.args[2:])


def _not_among(known: Sequence[str], name: str, written: Sequence[nodes.Node]) -> Iterator[TemplateFault]:
    for node in written if known else ():
        for text in node.items if isinstance(node, (nodes.List, nodes.Tuple)) else [node]:
            if isinstance(text, nodes.Const) and text.value not in known:
                yield TemplateFault(
                    "template-choice", text.lineno, name=str(text.value), known=tuple(known), given=name
                )


def _last_name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.name if isinstance(node, nodes.Name) else ""
