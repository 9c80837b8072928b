"""What can go wrong with the storage, in one small tree. Operators read the messages: French, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class StorageError(Exception):
    """The storage cannot do what was asked; the message tells an operator what to do."""


class DatabaseNewer(StorageError):
    """The database was migrated by a newer version of the code."""


class WrongKey(StorageError):
    """What is stored was encrypted with a key that was not given."""


class UnsafeKeyFile(StorageError):
    """The key file can be read by others, or does not hold keys."""


class RestoreRefused(StorageError):
    """A backup cannot be restored here without harm."""


class DatabaseUnavailable(StorageError):
    """The database did not take the transaction. Nothing of it is kept, unless the connection broke in its commit."""

    def __init__(self, message: str, *, try_again_at_once: bool = False) -> None:
        super().__init__(message)
        #: The transaction is known not to have happened, and a fresh connection may well succeed.
        self.try_again_at_once = try_again_at_once


#: SQLite's primary result codes (https://www.sqlite.org/rescode.html) that tell of the outside world, not of a bug.
_SQLITE_FAULTS = {
    5: "La base de données est verrouillée par un autre programme. Fermez-le, puis recommencez.",
    6: "La base de données est verrouillée par un autre programme. Fermez-le, puis recommencez.",
    8: "La base de données est en lecture seule. Rendez le fichier et son dossier accessibles en écriture.",
    10: "Le disque de la base de données a refusé une lecture ou une écriture. Vérifiez le disque et l’espace libre.",
    11: "Le fichier de la base de données est abîmé. Restaurez une sauvegarde : guichet restore FICHIER.",
    13: "Le disque est plein. Libérez de la place : rien de confirmé n’est perdu.",
    14: "Le fichier de la base de données ne peut pas être ouvert. Vérifiez le chemin et les droits.",
    26: "Ce fichier n’est pas une base de données de Guichet. Vérifiez GUICHET_DATABASE_URL.",
}

#: Codes and classes of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html), precise ones first.
_POSTGRESQL_FAULTS = {
    "53100": "Le disque du serveur PostgreSQL est plein. Libérez de la place : rien de confirmé n’est perdu.",
    "53300": "Le serveur PostgreSQL n’accepte plus de connexions. Augmentez max_connections ou arrêtez un processus.",
    "25006": "Le serveur PostgreSQL est en lecture seule. Vérifiez qu’il s’agit bien du serveur principal.",
    "28": "Le serveur PostgreSQL refuse cet utilisateur. Vérifiez le nom et le mot de passe de GUICHET_DATABASE_URL.",
    "3D": "Cette base n’existe pas sur le serveur PostgreSQL. Créez-la, ou corrigez GUICHET_DATABASE_URL.",
    "40": "Deux opérations se sont gênées dans PostgreSQL. Recommencez.",
    "55P03": "La base de données est verrouillée par une autre opération. Recommencez.",
    "08": "La connexion au serveur PostgreSQL est coupée. Vérifiez qu’il est démarré et joignable.",
    "53": "Le serveur PostgreSQL manque de ressources. Vérifiez sa mémoire et son disque.",
    "57": "Le serveur PostgreSQL s’arrête ou redémarre. Guichet reprendra quand il répondra.",
    "58": "Le serveur PostgreSQL a un problème de disque ou de système. Consultez son journal.",
}
_NO_SERVER = "Le serveur PostgreSQL ne répond pas. Vérifiez qu’il est démarré et que GUICHET_DATABASE_URL est juste."


def _unavailable(error: DBAPIError) -> str | None:
    """Return what to tell the operator if `error` comes from the outside world, None if it is a bug of ours."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE_FAULTS.get(code & 0xFF)
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return next((text for start, text in _POSTGRESQL_FAULTS.items() if sqlstate.startswith(start)), None)
    # Without a state the server did not speak: no connection, or one that broke.
    return _NO_SERVER if isinstance(error, OperationalError | InterfaceError) else None


@contextmanager
def told_in_french(*, during_commit: bool = False) -> Iterator[None]:
    """Turn the database's complaints about the outside world into `DatabaseUnavailable`; bugs pass unchanged."""
    try:
        yield
    except DBAPIError as error:
        message = _unavailable(error)
        if message is None:
            raise
        conflict = str(getattr(error.orig, "sqlstate", None) or "").startswith("40")
        fresh = not during_commit and (error.connection_invalidated or conflict)
        raise DatabaseUnavailable(message, try_again_at_once=fresh) from error
