"""The Telegram side of HỏiBáo: a thin layer over `retrieval.service`."""
