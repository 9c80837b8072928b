"""python -m tests.fake_bot_api [--port 8081] [--limits] [--quiet]: serve until Ctrl-C.

Then open http://127.0.0.1:8081/?chat=7 and run the bot with GUICHET_TELEGRAM_API_URL=http://127.0.0.1:8081 and
GUICHET_TELEGRAM_TOKEN=1000001:FAKE-TOKEN-FOR-LOCAL-TESTS.
"""

import argparse
import asyncio
import contextlib

from starlette.applications import Starlette

from tests.fake_bot_api.control import control_routes
from tests.fake_bot_api.server import FakeBotApi, bot_routes, serving


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--limits", action="store_true", help="answer 429 beyond Telegram's limits")
    parser.add_argument("--quiet", action="store_true", help="do not keep the calls, for load tests")
    options = parser.parse_args()
    api = FakeBotApi(limits=options.limits, record=not options.quiet)
    async with serving(Starlette(routes=[*bot_routes(api), *control_routes(api)]), options.port) as address:
        print(f"{address}/?chat=7", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
