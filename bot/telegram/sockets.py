"""Sockets that listen, for webhook calls and for health checks."""

from __future__ import annotations

import os
import socket

from bot.settings import Address
from retrieval import HoiBaoError


class ListeningError(HoiBaoError):
    """An address is taken or not this machine's."""

    def __init__(self, address: Address, error: OSError) -> None:
        # The text of the error says the address once more; those of name look-ups have negative numbers.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        super().__init__(f"cannot listen on {address.host}:{address.port} ({reason})")


def listening_socket(address: Address) -> socket.socket:
    """A socket that listens; it is for the caller to close.

    Raises:
        ListeningError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listening = socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise ListeningError(address, error) from error
    listening.setblocking(False)
    return listening
