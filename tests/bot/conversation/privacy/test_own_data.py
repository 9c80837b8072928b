"""The copy of someone's data for programs: bounded, for channels carry files of some size only."""

import gzip
import json
from datetime import UTC, datetime

from bot.conversation.privacy.own_data import LARGEST, data_file
from bot.conversation.talk.context import OwnData
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)
#: What Telegram's bots may send at most.
TELEGRAM = 50_000_000


def own(messages: int) -> OwnData:
    text = "Le maire et le perroquet signent la convention. " * 400
    return OwnData({"inbox": [{"id": rank, "text": f"{rank} {text}"} for rank in range(messages)]}, 1)


def test_what_would_be_too_large_to_be_sent_is_packed_whole() -> None:
    small, large = data_file(own(3), shipped(), NOW), data_file(own(3_000), shipped(), NOW)
    assert small.name.endswith(".json")
    assert len(json.loads(small.content)["kept"]["inbox"]) == 3
    assert large.name.endswith(".json.gz")
    assert len(large.content) < LARGEST < TELEGRAM < len(gzip.decompress(large.content))
    assert len(json.loads(gzip.decompress(large.content))["kept"]["inbox"]) == 3_000
