"""What benchmarks ask: the first question of each file by which answers are judged, so that no cache flatters."""

from pathlib import Path

import yaml

_FOLDER = Path(__file__).resolve().parent.parent / "questions"
QUESTIONS: tuple[str, ...] = tuple(
    yaml.safe_load(path.read_text(encoding="utf-8"))["questions"][0] for path in sorted(_FOLDER.glob("[a-z]*.yaml"))
)
