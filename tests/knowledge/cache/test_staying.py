import gc

import pytest

from knowledge.cache.staying import staying


@pytest.mark.parametrize("is_on", [True, False])
def test_no_garbage_is_looked_for_meanwhile_and_then_as_before(*, is_on: bool) -> None:
    @staying()
    def is_looked_for() -> bool:
        return gc.isenabled()

    was_on = gc.isenabled()
    try:
        gc.enable() if is_on else gc.disable()
        assert not is_looked_for()
        assert gc.isenabled() is is_on
        with pytest.raises(KeyError), staying():
            raise KeyError
        assert gc.isenabled() is is_on
    finally:
        gc.enable() if was_on else gc.disable()
