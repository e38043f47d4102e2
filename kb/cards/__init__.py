"""Cards: what is known of one thing, and how it is written."""

from kb.cards.card import Card, Fact, Section, card
from kb.cards.write import FORMATS, SHOWN_ROWS, heading, page_of, write_card

__all__ = ["FORMATS", "SHOWN_ROWS", "Card", "Fact", "Section", "card", "heading", "page_of", "write_card"]
