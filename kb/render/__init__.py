"""Pictures: a graph as one interactive page that needs no network, or as a drawing for paper."""

from kb.render.files import write_page, write_picture
from kb.render.html import page

__all__ = ["page", "write_page", "write_picture"]
