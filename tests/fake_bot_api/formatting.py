"""What Telegram makes of a text with a parse mode: the visible text, or a refusal. Only HTML is known."""

from html.parser import HTMLParser

from tests.fake_bot_api.errors import ApiError, bad_request

TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "a", "code", "pre", "blockquote"),
    *("tg-spoiler", "tg-emoji", "tg-time"),
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.visible: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise unparsable(f'Unsupported start tag "{tag}" at byte offset {self.getpos()[1]}')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise unparsable(f"Unmatched end tag at byte offset {self.getpos()[1]}")

    def handle_data(self, data: str) -> None:
        self.visible.append(data)


def unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def visible_text(text: str, parse_mode: str | None) -> str:
    """Return what the person sees. Errors: ApiError where the formatting is refused."""
    if not parse_mode:
        return text
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise unparsable(f'Can\'t find end tag corresponding to start tag "{reader.open[-1]}"')
    return "".join(reader.visible)


def length(text: str) -> int:
    """Return the length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
