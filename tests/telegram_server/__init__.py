"""A strict local Bot API server, with people who chat with the bot.

It follows Telegram's documented rules, and is stricter where Telegram forgives: an unknown parameter, a wrong type or
an unescaped character is answered with an error and recorded, so that the test fails at its end.

It does not know: what a bot in privacy mode would not get to see (it gets all), the cache of inline results (every
query reaches the bot), entities by parameter (only by HTML), media besides files. Its clock stands still.
"""

from tests.telegram_server.faults import BadGateway, Drop, Hold, Refuse
from tests.telegram_server.inline import Offer, Typed
from tests.telegram_server.people import Person
from tests.telegram_server.places import Channel, Group
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.views import Reply, Said, Tap, Told

__all__ = [
    "BadGateway",
    "Channel",
    "Drop",
    "Group",
    "Hold",
    "Offer",
    "Person",
    "Refuse",
    "Reply",
    "Said",
    "Tap",
    "TelegramServer",
    "Told",
    "Typed",
]
