"""Pictures: a graph as one interactive page that needs no network."""

from kb.render.page import page, write_page

__all__ = ["page", "write_page"]
