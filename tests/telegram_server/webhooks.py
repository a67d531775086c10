"""Methods that set, remove and describe the bot's webhook.

The real Telegram wants HTTPS on one of four ports; plain HTTP to this machine is accepted here too, for tests.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.tables import UPDATE_KINDS
from tests.telegram_server.values import Json, Webhook
from tests.telegram_server.world import World

PORTS = (80, 88, 443, 8443)
LOCAL = ("localhost", "127.0.0.1")
DEFAULT_CONNECTIONS = 40
MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def set_webhook(world: World, parameters: Json) -> bool:
    """Have updates sent to an address; an empty one means polling."""
    url, kinds = parameters["url"], parameters.get("allowed_updates")
    connections = parameters.get("max_connections", DEFAULT_CONNECTIONS)
    if url and not _is_acceptable(url):
        raise RefusedError("bad webhook: an HTTPS URL on port 80, 88, 443 or 8443 must be provided for webhook")
    if not 1 <= connections <= MOST_CONNECTIONS or not set(kinds or []) <= UPDATE_KINDS:
        raise RefusedError("max_connections or allowed_updates out of range")
    secret = parameters.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise RefusedError("secret token contains unallowed characters")
    with world.changed:
        if parameters.get("drop_pending_updates"):
            world.updates.clear()
        if kinds is not None:
            world.allowed_updates = frozenset(kinds)
        world.webhook = Webhook(url, secret, connections) if url else None
        world.changed.notify_all()
    world.on_update()
    return True


def delete_webhook(world: World, parameters: Json) -> bool:
    """Have updates polled for."""
    return set_webhook(world, {**parameters, "url": ""})


def get_webhook_info(world: World, parameters: Json) -> Json:
    """Where updates are sent to, how many wait, and what went wrong last."""
    webhook = world.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if webhook:
        info |= {"max_connections": webhook.max_connections, **webhook.last_error}
    if world.allowed_updates:
        info["allowed_updates"] = sorted(world.allowed_updates)
    return info


def _is_acceptable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme == "http":
        return parts.hostname in LOCAL
    return parts.scheme == "https" and bool(parts.hostname) and (port or 443) in PORTS
