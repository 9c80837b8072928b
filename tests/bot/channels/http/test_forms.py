"""A form is obeyed that a page of ours showed to this very bearer, and no other."""

import pytest
from starlette.requests import Request

from bot.channels.http.forms import Forms, is_same_origin, new_form_key, read_form_key

FORMS = Forms(b"k" * 32)


def request(**headers: str) -> Request:
    raw = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "a.example", **headers}.items()
    ]
    scope = {"type": "http", "scheme": "https", "server": ("a.example", 443), "path": "/", "headers": raw}
    return Request({**scope, "method": "POST", "query_string": b""})


def test_a_signature_is_of_one_bearer() -> None:
    assert FORMS.is_ours(request(), ["anne"], FORMS.sign("anne"))
    assert FORMS.is_ours(request(), ["bruno", "anne"], FORMS.sign("anne"))
    assert not FORMS.is_ours(request(), ["bruno"], FORMS.sign("anne"))
    assert not FORMS.is_ours(request(), [], FORMS.sign("anne"))
    assert not FORMS.is_ours(request(), ["anne"], Forms(b"x" * 32).sign("anne"))
    assert not FORMS.is_ours(request(), ["anne"], "é")


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site", "origin": "https://a.example"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"origin": "https://a.example"}, True),
        ({"origin": "http://a.example"}, False),
        ({"origin": "https://b.example"}, False),
        ({"origin": "null"}, False),
    ],
)
def test_what_comes_from_elsewhere_is_known(headers: dict[str, str], is_own: bool) -> None:
    assert is_same_origin(request(**headers)) is is_own


def test_keys_of_forms_are_keys() -> None:
    assert read_form_key(new_form_key())
    assert [read_form_key(each) for each in ("", "short", "x" * 65, "a b c d e f g h i j", None, 7)] == [None] * 6
