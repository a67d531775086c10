"""Listening sockets, for webhook calls and for health checks."""

from __future__ import annotations

import os
import socket

from bot.settings import Address
from retrieval import HoiBaoError


class ListeningError(HoiBaoError):
    """The address is in use, or is not one of this machine."""

    def __init__(self, address: Address, error: OSError) -> None:
        # The error's own text repeats the address; errors of name look-ups have negative numbers.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        super().__init__(f"cannot listen on {address.host}:{address.port} ({reason})")


def listening_socket(address: Address) -> socket.socket:
    """Opens a socket that listens at an address; the caller closes it.

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
