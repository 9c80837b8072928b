"""An inline query -> the answers that can be shared, as Telegram's articles. Nothing is kept of who asks what."""

import asyncio
import logging
from collections.abc import Callable

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.markup import as_plain
from bot.channels.telegram.sending.wording import as_html, contact_lines, is_markup_refused, split
from bot.conversation.answers.inline import Article, Offered

_log = logging.getLogger(__name__)

#: Seconds that Telegram may give the same answers to others: not longer, for the days left are counted in them.
CACHE_SECONDS = 300
#: Characters of an answer shown below its question.
DESCRIPTION = 120
#: Telegram's limits: bytes of an id.
_ID_BYTES = 64

Offer = Callable[[str], Offered]


async def answer_inline(bot: Bot, query: InlineQuery, offer: Offer) -> None:
    """Answer; a query that is too old is of no interest any more: the person has typed on."""
    offered = await asyncio.to_thread(offer, query.query)
    try:
        try:
            await _answer(bot, query.id, offered, plain=False)
        except BadRequest as error:
            if not is_markup_refused(error.message):
                raise
            _log.warning("action=markup_refused reason=%r", error.message)
            await _answer(bot, query.id, offered, plain=True)
    except TelegramError as error:
        _log.info("action=inline_not_answered reason=%s", type(error).__name__)


async def _answer(bot: Bot, query: str, offered: Offered, *, plain: bool) -> None:
    await bot.answer_inline_query(
        query,
        [_result(article, plain=plain) for article in offered.articles],
        cache_time=CACHE_SECONDS,
        is_personal=False,
        button=InlineQueryResultsButton(offered.link, start_parameter=offered.payload),
    )


def _result(article: Article, *, plain: bool) -> InlineQueryResultArticle:
    whole = "\n\n".join([article.text, *contact_lines(article.contact)])
    text = next(split(whole))  # one message: the end of what is longer is left to the conversation
    content = InputTextMessageContent(
        as_plain(text) if plain else as_html(text),
        parse_mode=None if plain else ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(
        article.id.encode()[:_ID_BYTES].decode(errors="ignore"),
        article.title,
        content,
        description=_beginning(as_plain(article.summary)),
    )


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= DESCRIPTION else line[: DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
