from hypothesis import given
from hypothesis import strategies as st

from knowledge.cache.postings import Postings

KEYS = st.text("abc é", min_size=1, max_size=3)


@given(st.lists(st.tuples(KEYS, st.integers(0, 99_999))))
def test_each_key_has_its_numbers_in_their_order_also_when_it_was_kept(pairs: list[tuple[str, int]]) -> None:
    made = Postings.of(pairs)
    kept = Postings.of_arrays(made.arrays("name"), "name")
    assert list(made.keys) == list(kept.keys) == list(dict.fromkeys(key for key, _ in pairs))
    for key in (*made.keys, "unknown"):
        assert made.get(key) == kept.get(key) == tuple(number for other, number in pairs if other == key)
