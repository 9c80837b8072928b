"""The copy of someone's data, as they read it on paper."""

from datetime import datetime

from bot.conversation.privacy.own_data_sheet import write_sheet
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.messages import File
from bot.printing.pdf import MEDIA_TYPE, make_pdf
from knowledge.library import Library


def print_own_sheet(own: OwnData, library: Library, now: datetime) -> File:
    return File(f"{library.say('data_name', now)}.pdf", MEDIA_TYPE, make_pdf(write_sheet(own, library, now)))
