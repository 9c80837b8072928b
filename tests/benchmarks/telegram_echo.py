"""Echo bots to measure beside, each as its library's own guide writes it. They keep nothing.

python tests/benchmarks/telegram_echo.py ptb|aiogram polling|webhook API_URL TOKEN [PORT]
"""

import asyncio
import sys
from typing import Any


def ptb(intake: str, api: str, token: str, port: int) -> None:
    from telegram import Update
    from telegram.ext import Application, MessageHandler, filters

    async def echo(update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(str(update.message.text))

    application = Application.builder().token(token).base_url(f"{api}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    if intake == "polling":
        application.run_polling()
    else:
        application.run_webhook("127.0.0.1", port, "hook", webhook_url=f"http://127.0.0.1:{port}/hook")


async def aiogram(intake: str, api: str, token: str, port: int) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(str(message.text))

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    if intake == "polling":
        await dispatcher.start_polling(bot)
        return
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
    from aiohttp import web

    application = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(application, "/hook")
    setup_application(application, dispatcher, bot=bot)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    await asyncio.Event().wait()


if __name__ == "__main__":
    library, intake, api, token, port = [*sys.argv[1:5], int((sys.argv + ["0"] * 2)[5])]
    if library == "ptb":
        ptb(intake, api, token, port)
    else:
        asyncio.run(aiogram(intake, api, token, port))
