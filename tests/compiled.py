"""What statements are compiled to, kept from one database of the tests to the next: an engine alone begins anew."""

from typing import Any
from weakref import ref

from sqlalchemy import Dialect, Engine, create_engine, event

from storage.engine.database import Database
from storage.engine.encryption import give_keys

#: By kind of database: the dialect that statements are compiled for, and what they are compiled to.
_KEPT: dict[str, tuple[Dialect, dict[Any, Any]]] = {}
#: By kind, whose they are while it is open: one database's at a time, for a dialect carries the keys.
_USER: dict[str, "ref[Engine]"] = {}


def share_compiled(database: Database) -> None:
    """Have it use what is kept until it is closed, unless another that is open does."""
    engine, own = database.engine, database.engine.dialect
    if (user := _USER.get(own.name)) and user() is not None:
        return
    if own.name not in _KEPT:
        _KEPT[own.name] = (_made(engine), {})
    _USER[own.name] = ref(engine)
    engine.dialect, compiled = _KEPT[own.name]
    give_keys(engine.dialect, database.keys)
    engine.update_execution_options(compiled_cache=compiled)

    @event.listens_for(engine, "engine_disposed", once=True)
    def give_back(_: Engine) -> None:
        del _USER[own.name]
        engine.dialect = own
        engine.update_execution_options(compiled_cache={})


def _made(engine: Engine) -> Dialect:
    """Return a dialect that knows the server, as those do that have connected."""
    other = create_engine(engine.url)
    with other.connect():
        pass
    other.dispose()
    return other.dialect
