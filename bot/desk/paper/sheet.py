"""A dossier as a sheet of paper: the town, the answers, the history, as values. Its texts are given to it."""

from bot.conversation.privacy.sheet import Sheet, SheetSection

__all__ = ["Sheet", "SheetSection"]
