"""What backs an answer (criteria, sources), quoted by `> ` in light Markdown: each channel folds it in its own way."""

import re

_LINE = re.compile(r"^", re.MULTILINE)
_MARK = re.compile(r"^>(?: |$)", re.MULTILINE)
#: Quoted lines, with those that stand empty between them.
FOLD = re.compile(r"^>(?: [^\n]*)?(?:\n>(?: [^\n]*)?)*$", re.MULTILINE)


def folded(text: str) -> str:
    """Return `text` as it stands behind a fold; nothing stays nothing."""
    return _LINE.sub("> ", text) if text else ""


def unfolded(text: str) -> str:
    """Return `text` with what is behind folds in its place, for where there are none."""
    return _MARK.sub("", text)


def without_folds(text: str) -> str:
    """Return `text` without what is behind folds."""
    return re.sub(r"\n{3,}", "\n\n", FOLD.sub("", text)).strip("\n")
