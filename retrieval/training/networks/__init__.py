"""Trains the networks, the reader and the encoder, with the trainer of transformers; importing it loads torch.

In come the rounds over the questions, the parts of the bundled model, and a folder; out come trained weights in that
folder, with figures on rows of articles that were held out.
"""

from __future__ import annotations

from retrieval.training.networks.encoder_training import train_encoder
from retrieval.training.networks.reader_training import train_reader

__all__ = ["train_encoder", "train_reader"]
