"""Runs `hoibao bot` as `python -m bot`."""

import sys

from bot.cli import bot_command

if __name__ == "__main__":
    sys.exit(bot_command(prog_name="python -m bot"))
