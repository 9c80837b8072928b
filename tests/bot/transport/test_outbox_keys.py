"""The keys that say what a row is: read back as they were made, and about what the row was about."""

from bot.conversation.values.about import About
from bot.transport import outbox_keys

KEY = "dossier:K7R-M3W-X9A:telegram:41:0"


def test_each_kind_is_known_again_and_taken_for_no_other() -> None:
    desk, loss = outbox_keys.of_desk(KEY, 1), outbox_keys.of_loss(KEY)
    withdrawal = outbox_keys.of_withdrawal(About.of_dossier("K7R-M3W-X9A"), 7)
    correction = outbox_keys.of_correction(KEY, 7, "88")
    kinds = (outbox_keys.is_of_desk, outbox_keys.is_of_loss, outbox_keys.is_of_withdrawal)
    known = [[kind(key) for kind in kinds] for key in (KEY, desk, loss, withdrawal, correction)]
    assert known == [[False] * 3, [True, False, False], [False, True, False], [False, False, True], [False] * 3]
    assert correction.startswith(outbox_keys.start_of_corrections(KEY, 7))
    for key in (desk, loss, withdrawal, correction):
        assert About.of_key(key).reference == "K7R-M3W-X9A"


def test_keys_are_what_they_were_in_databases_that_run() -> None:
    assert outbox_keys.of_desk("a", 0) == "a:desk:0"
    assert outbox_keys.of_loss("a") == "a:lost"
    assert outbox_keys.of_withdrawal(About.of_thread(1), 2) == "thread:1:withdrawn:2"
    assert outbox_keys.of_correction("thread:1:x", 2, "3") == "thread:1:corrected:2:3"
