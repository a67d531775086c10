"""`python -m bot`, the same as `hoibao bot`."""

import sys

from bot.cli import bot_command

if __name__ == "__main__":
    sys.exit(bot_command(prog_name="python -m bot"))
