"""The readable copy of what is kept about a person: plain words, and no machine's text."""

from datetime import UTC, datetime

from bot.conversation.privacy.own_data_sheet import write_sheet
from bot.conversation.talk.context import OwnData
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)


def test_the_state_is_left_to_the_other_file_and_messages_are_without_marks() -> None:
    own = OwnData(
        {
            "conversations": [
                {"state": '{"version": 1, "offered": [{"id": "a"}]}', "unreadable_state": None}
                | {"active_at": NOW, "updated_at": NOW}
            ],
            "outbox": [
                {"status": "sent", "created_at": NOW, "content": '{"text": "**Dates** : [le site](https://cnam.fr)"}'}
            ],
        },
        1,
    )
    sheet = write_sheet(own, shipped(), NOW)
    rows = [text for section in sheet.sections for _, text in section.rows]
    assert "L'état de la conversation est dans le fichier JSON." in rows
    assert "Dates : le site (https://cnam.fr)" in rows
    assert not any("offered" in text or "version" in text for text in rows)
