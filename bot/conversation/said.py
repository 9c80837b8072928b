"""The names of all that the assistant says itself: each must be worded in the call's `messages.yaml`."""

#: Checked by `guichet check`; a test keeps this the same as what the conversation says.
MESSAGES = frozenset(
    {
        "apology",
        "cancelled",
        "checked_on",
        "choice_stale",
        "choice_unknown",
        "did_you_mean",
        "follow_ups",
        "none",
        "none_empty",
        "none_of_these",
        "notice_before",
        "notice_closed",
        "offer_team",
        "offer_team_no",
        "offer_team_yes",
        "other_question",
        "resumed",
        "source_copy",
        "source_deduced",
        "source_official",
        "source_press",
        "team_asked",
        "team_declined",
        "too_long",
        "welcome",
    }
)
