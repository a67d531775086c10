"""The Telegram bot over `retrieval`: receives questions, asks the index, and replies with cards.

Of `retrieval` it uses the public API alone. `bot.cli` adds the commands `bot`, `bot-link` and `feedback` to `hoibao`.
"""
