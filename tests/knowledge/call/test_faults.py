"""Every fault that the code can find is worded, and no wording is without use."""

import re
from pathlib import Path

import pytest
import yaml

import knowledge
from knowledge.call.faults import Fault, describe, describe_shape, suggest

FOLDER = Path(knowledge.__file__).parent
WORDED = yaml.safe_load((FOLDER / "call" / "faults.yaml").read_text(encoding="utf-8"))

#: Faults that pydantic finds: they are named in its code, not in ours.
BY_PYDANTIC = {
    "missing", "extra_forbidden", "string_type", "string_too_short", "string_too_long", "string_pattern_mismatch",
    "int_type", "greater_than_equal", "less_than_equal", "date_type", "enum", "tuple_type", "too_short", "model_type",
    "dict_type",
}  # fmt: skip


def test_every_fault_found_by_our_code_is_worded_and_every_wording_serves() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    named = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+|other|near)"', code))
    assert set(WORDED["faults"]) - BY_PYDANTIC <= named


@pytest.mark.parametrize("name", sorted(set(WORDED["faults"]) - {"near"}))
def test_a_fault_says_what_is_wrong_and_how_to_mend_it(name: str) -> None:
    wording = WORDED["faults"][name]
    assert re.search(r"[.;?] [A-ZÉ]|; ", wording), wording
    assert wording.rstrip("}").endswith((".", "{near"))


def test_a_fault_is_written_with_its_place() -> None:
    assert str(Fault("call.yaml", 7, "faute.")) == "call.yaml:7: faute."


def test_a_close_name_is_suggested() -> None:
    assert suggest("communiqe", ["communique", "presse"]) == " Pensiez-vous à « communique » ?"
    assert suggest("tout-autre", ["communique", "presse"]) == ""


def test_a_shape_is_explained_to_editors() -> None:
    assert "minuscules" in describe_shape("^[a-z0-9]+(?:-[a-z0-9]+)*$")


def test_a_fault_that_nobody_worded_is_a_bug() -> None:
    with pytest.raises(KeyError):
        describe("no-such-fault")
