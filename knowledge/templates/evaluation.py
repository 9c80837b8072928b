"""Works out a template on plain values, within a budget. What it cannot do is an error with its line, never a guess."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from jinja2 import nodes

from knowledge.templates.budget import Budget
from knowledge.templates.faults import TemplateFault
from knowledge.templates.filters import apply_filter, kind_of
from knowledge.templates.grammar import Phrase
from knowledge.templates.watching import ORDER, Place, Read, Watched

Names = dict[str, Any]
Phrases = Mapping[str, Phrase]
_NOTHING_WATCHED = Watched({}, ())

#: What a filter costs, in steps: Babel reads a pattern for each.
_FILTER = 10
#: Characters that are compared in about the time of a step.
_CHARACTERS_A_STEP = 64
#: Beyond it there is nothing to count.
_LARGEST = 10**18


class Evaluation:
    """One text being worked out. Errors of its methods: TemplateFault."""

    def __init__(self, phrases: Phrases, facts: Mapping[str, Any], watched: Watched = _NOTHING_WATCHED) -> None:
        """`facts`: what a phrase sees beside its parameters; `watched`: those of them whose reading is noted."""
        self._phrases = phrases
        self._facts = facts
        self._watched = watched
        self._budget = Budget()
        #: What was read so far of what is watched.
        self.read = Read()
        self._known: dict[type[nodes.Node], Callable[[Any, Names], Any]] = {
            nodes.Name: self._name,
            nodes.Const: lambda node, names: node.value,
            nodes.TemplateData: lambda node, names: node.data,
            nodes.Getattr: self._attribute,
            nodes.Getitem: self._item,
            nodes.Filter: self._filter,
            nodes.Call: self._call,
            nodes.Compare: self._compare,
            nodes.And: self._and,
            nodes.Or: self._or,
            nodes.Not: lambda node, names: not self.value(node.node, names),
            nodes.CondExpr: self._choice,
            nodes.Add: self._add,
            nodes.Neg: self._negative,
            nodes.List: self._list,
            nodes.Tuple: self._list,
            nodes.Dict: self._group,
            nodes.Output: self._output,
            nodes.If: self._if,
            nodes.For: self._for,
            nodes.Assign: self._assign,
        }

    def write(self, body: Sequence[nodes.Node], names: Names) -> str:
        """Return the text of `body`; what it sets is put into `names`."""
        return "".join([self.value(node, names) or "" for node in body])

    def value(self, node: nodes.Node, names: Names) -> Any:
        """Return what `node` stands for: a plain value, or the text of a statement."""
        self._budget.step(node.lineno)
        return self._known[type(node)](node, names)

    # Statements

    def _output(self, node: nodes.Output, names: Names) -> str:
        return "".join([self._print(part, self.value(part, names)) for part in node.nodes])

    def _print(self, node: nodes.Node, value: Any) -> str:
        if isinstance(value, (tuple, Mapping)):
            raise TemplateFault("template-print", node.lineno, given=kind_of(value))
        return self._budget.make(node.lineno, "" if value is None else str(value))

    def _if(self, node: nodes.If, names: Names) -> str:
        for branch in (node, *node.elif_):
            if self.value(branch.test, names):
                return self.write(branch.body, names)
        return self.write(node.else_, names)

    def _for(self, node: nodes.For, names: Names) -> str:
        assert isinstance(node.target, nodes.Name)
        items = []
        for item in self._items(node.iter, names):
            self._budget.step(node.lineno)
            if node.test is None or self.value(node.test, {**names, node.target.name: item}):
                items.append(item)
        if not items:
            return self.write(node.else_, names)
        return "".join(
            [
                self.write(node.body, {**names, node.target.name: item, "loop": _place(rank, len(items))})
                for rank, item in enumerate(items)
            ]
        )

    def _items(self, node: nodes.Node, names: Names) -> Sequence[Any]:
        value = self.value(node, names)
        if not isinstance(value, tuple):
            raise TemplateFault("template-loop", node.lineno, given=kind_of(value))
        return value

    def _assign(self, node: nodes.Assign, names: Names) -> None:
        assert isinstance(node.target, nodes.Name)
        names[node.target.name] = self.value(node.node, names)

    # Expressions

    def _name(self, node: nodes.Name, names: Names) -> Any:
        try:
            value = names[node.name]
        except KeyError:
            raise TemplateFault("template-unknown", node.lineno, name=node.name, known=tuple(names)) from None
        if node.name in self._watched.names:
            self.read.note((node.name,), value)
        return value

    def _attribute(self, node: nodes.Getattr, names: Names) -> Any:
        return self._within(node, self.value(node.node, names), node.attr)

    def _item(self, node: nodes.Getitem, names: Names) -> Any:
        value = self.value(node.node, names)
        if isinstance(node.arg, nodes.Slice):
            return self._slice(node, value, names)
        return self._within(node, value, self.value(node.arg, names))

    def _within(self, node: nodes.Node, value: Any, key: Any) -> Any:
        """Return the part of a group or list; nothing else has parts."""
        if isinstance(value, Mapping) and isinstance(key, str):
            if key not in value:
                raise TemplateFault("template-unknown", node.lineno, name=key, known=tuple(value))
            place = self._watched.groups.get(id(value))
            if place is not None:
                self.read.note((*place, key), value[key])
            return value[key]
        if isinstance(value, tuple) and type(key) is int:
            if not -len(value) <= key < len(value):
                raise TemplateFault("template-index", node.lineno, name=str(key), given=str(len(value)))
            return value[key]
        raise TemplateFault("template-part", node.lineno, name=str(key), given=kind_of(value))

    def _slice(self, node: nodes.Getitem, value: Any, names: Names) -> tuple[Any, ...]:
        assert isinstance(node.arg, nodes.Slice)
        first: Any = node.arg.start and self.value(node.arg.start, names)
        end: Any = node.arg.stop and self.value(node.arg.stop, names)
        are_whole = all(place is None or type(place) is int for place in (first, end))
        if not isinstance(value, tuple) or node.arg.step or not are_whole:
            raise TemplateFault("template-part", node.lineno, name="[ : ]", given=kind_of(value))
        self._budget.step(node.lineno, len(value))
        return value[first:end]

    def _filter(self, node: nodes.Filter, names: Names) -> Any:
        assert node.node is not None
        value = self.value(node.node, names)
        arguments = [self.value(argument, names) for argument in node.args]
        self._budget.step(node.lineno, _FILTER + (len(value) if isinstance(value, tuple) else 0))
        if node.kwargs:
            key = self.value(node.kwargs[0].value, names)
            items = apply_filter("list", value, (), node.lineno)
            made: Any = tuple(self._within(node, item, key) for item in items)
        elif node.name == "map":
            items = apply_filter("map", value, (), node.lineno)
            made = tuple(self._apply(arguments[0], item, (), node.lineno) for item in items)
        elif node.name == "selectattr":
            made = self._select(node, value, arguments)
        else:
            made = self._apply(node.name, value, arguments, node.lineno)
        return made

    def _apply(self, name: str, value: Any, arguments: Sequence[Any], line: int) -> Any:
        self._budget.step(line, _FILTER)
        if name == "join" and isinstance(value, tuple):  # a long text between many items: paid for before it is made
            self._budget.characters -= len(str(arguments[0])) * len(value)
            self._budget.make(line, "")
        made = apply_filter(name, value, arguments, line)
        return self._budget.make(line, made) if isinstance(made, str) else made

    def _select(self, node: nodes.Filter, value: Any, arguments: Sequence[Any]) -> tuple[Any, ...]:
        key, test, wanted = arguments
        kept = []
        for item in apply_filter("list", value, (), node.lineno):
            part = self._within(node, item, key)
            if self._is_in(node, part, wanted) if test == "in" else self._is_equal(node, part, wanted):
                kept.append(item)
        return tuple(kept)

    def _call(self, node: nodes.Call, names: Names) -> str:
        assert isinstance(node.node, nodes.Name)
        phrase = self._phrases.get(node.node.name)
        if phrase is None:
            raise TemplateFault("phrase-unknown", node.lineno, name=node.node.name, known=tuple(self._phrases))
        if len(node.args) != len(phrase.parameters):
            raise TemplateFault(
                "phrase-arguments",
                node.lineno,
                name=phrase.name,
                given=str(len(phrase.parameters)),
                known=phrase.parameters,
            )
        given = [self.value(argument, names) for argument in node.args]
        return self._phrase(node, phrase, {**self._facts, **dict(zip(phrase.parameters, given, strict=True))})

    def _phrase(self, node: nodes.Call, phrase: Phrase, names: Names) -> str:
        if self._budget.calls == 0:
            raise TemplateFault("phrase-endless", node.lineno, name=phrase.name)
        self._budget.calls -= 1
        try:
            return self._budget.make(node.lineno, self.write(phrase.body, names))
        except TemplateFault as fault:  # the line is the editor's own: they see the phrase that they called
            fault.line = node.lineno
            raise
        finally:
            self._budget.calls += 1

    def _compare(self, node: nodes.Compare, names: Names) -> bool:
        if len(node.ops) == 1 and self._watched.names:
            return self._compare_two(node, node.ops[0], names)
        left = self.value(node.expr, names)
        for operand in node.ops:
            right = self.value(operand.expr, names)
            if not self._holds(node, operand.op, left, right):
                return False
            left = right
        return True

    def _compare_two(self, node: nodes.Compare, operand: nodes.Operand, names: Names) -> bool:
        """As `_compare`; a watched value that is compared with another counts as read only by the outcome."""
        (left, left_place), (right, right_place) = self._operand(node.expr, names), self._operand(operand.expr, names)
        holds = self._holds(node, operand.op, left, right)
        for place, value, other, is_right in ((left_place, left, right, False), (right_place, right, left, True)):
            if place is None:
                continue
            if left_place and right_place:
                self.read.note(place, value)
            else:
                self.read.note_comparison(place, operand.op, value, other, is_right=is_right)
        return holds

    def _operand(self, node: nodes.Node, names: Names) -> tuple[Any, Place | None]:
        """Return a value, and where it stands if it is a watched one itself, which is then not noted yet."""
        if not _is_path(node):
            return self.value(node, names), None
        before, self.read = self.read, Read()
        value = self.value(node, names)
        found, self.read = self.read, before
        place = next(reversed(found.values), None)  # the last thing read on a path is what it leads to
        if place is not None:
            del found.values[place]
        before.values.update(found.values)
        return value, place

    def _holds(self, node: nodes.Node, op: str, left: Any, right: Any) -> bool:
        if op in ("in", "notin"):
            return self._is_in(node, left, right) is (op == "in")
        if op in ("eq", "ne"):
            return self._is_equal(node, left, right) is (op == "eq")
        if not _is_ordered(left, right):
            raise TemplateFault("template-compare", node.lineno, name=kind_of(left), given=kind_of(right))
        return bool(ORDER[op](left, right))

    def _is_equal(self, node: nodes.Node, left: Any, right: Any) -> bool:
        if not (_is_flat(left) and _is_flat(right)):  # lists of lists, compared, can take for ever
            raise TemplateFault("template-compare", node.lineno, name=kind_of(left), given=kind_of(right))
        self._budget.step(node.lineno, _width(left) + _width(right))
        return bool(left == right)

    def _is_in(self, node: nodes.Node, item: Any, items: Any) -> bool:
        is_sound = isinstance(item, str) if isinstance(items, str) else isinstance(items, (tuple, Mapping))
        if not is_sound or isinstance(item, (tuple, Mapping)):
            raise TemplateFault("template-compare", node.lineno, name=kind_of(item), given=kind_of(items))
        self._budget.step(node.lineno, _width(items) + _width(item))
        return item in tuple(items) if isinstance(items, Mapping) else item in items

    def _and(self, node: nodes.And, names: Names) -> Any:
        return self.value(node.left, names) and self.value(node.right, names)

    def _or(self, node: nodes.Or, names: Names) -> Any:
        return self.value(node.left, names) or self.value(node.right, names)

    def _choice(self, node: nodes.CondExpr, names: Names) -> Any:
        if self.value(node.test, names):
            return self.value(node.expr1, names)
        return None if node.expr2 is None else self.value(node.expr2, names)

    def _add(self, node: nodes.Add, names: Names) -> Any:
        left, right = self.value(node.left, names), self.value(node.right, names)
        if type(left) is not type(right) or type(left) not in (int, tuple):
            raise TemplateFault("template-add", node.lineno, name=kind_of(left), given=kind_of(right))
        made: Any = left + right
        if isinstance(made, int) and abs(made) > _LARGEST:
            raise TemplateFault("template-steps", node.lineno)
        self._budget.step(node.lineno, len(made) if isinstance(made, tuple) else 1)
        return made

    def _negative(self, node: nodes.Neg, names: Names) -> int:
        value = self.value(node.node, names)
        if type(value) is not int:
            raise TemplateFault("template-add", node.lineno, name="-", given=kind_of(value))
        return -value

    def _list(self, node: nodes.List | nodes.Tuple, names: Names) -> tuple[Any, ...]:
        return tuple([self.value(item, names) for item in node.items])

    def _group(self, node: nodes.Dict, names: Names) -> Mapping[str, Any]:
        return MappingProxyType({self.value(pair.key, names): self.value(pair.value, names) for pair in node.items})


def _place(rank: int, length: int) -> Mapping[str, Any]:
    """Return what `loop` is within a loop."""
    return MappingProxyType(
        {"first": rank == 0, "last": rank == length - 1, "index": rank + 1, "index0": rank, "length": length}
    )


def _is_path(node: nodes.Node) -> bool:
    """Whether it is a name, or parts of one that are named as they are: « waves['vague-1'].closes_on »."""
    while isinstance(node, (nodes.Getattr, nodes.Getitem)):
        if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            return False
        node = node.node
    return isinstance(node, nodes.Name)


def _is_ordered(left: Any, right: Any) -> bool:
    """Whether one can come before the other: two numbers, two days, two moments, two hours."""
    if type(left) in (int, float) and type(right) in (int, float):
        return True
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left.tzinfo is None) is (right.tzinfo is None)
    return type(left) is type(right) and type(left) in (date, time)


def _is_flat(value: Any) -> bool:
    """Whether it holds no list or group within another."""
    return not isinstance(value, Mapping) and not (
        isinstance(value, tuple) and any(isinstance(item, (tuple, Mapping)) for item in value)
    )


def _width(value: Any) -> int:
    """Return how much there is to look at in a comparison, about, in steps."""
    if isinstance(value, str):
        return len(value) // _CHARACTERS_A_STEP
    return sum(map(_width, value)) + len(value) if isinstance(value, tuple) and _is_flat(value) else 1
