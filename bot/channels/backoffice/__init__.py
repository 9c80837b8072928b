"""The staff's desk on the web, `/bureau`: pages for who has signed in. Nothing is decided here: `bot.desk.office` does.

How a page is added: a module here (or in a folder of the room) with its handlers, each
`async def show(room: Room, coming: Coming, request: Request) -> Response`, and a table `PAGES` of `gate.Page` rows that
say under which path, for whom (a `Right`; None: whoever has signed in), and whether it is a form that is sent; then one
line in `backoffice.PAGES`, and one in `menu.MENU` if it is to stand there. `gate` opens the session, checks the right,
the signature of a form and its key before the handler is called; what is looked at or done is still asked of `roles` in
the transaction that does it, and written down by `storage.audit`. Templates extend `desk.html` and are shown by
`room.page(coming, "name.html", ...)`; each form in them begins with `{{ signed() }}`.
"""
