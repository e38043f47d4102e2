"""Places on the sky: where they are at an epoch, how far apart, and which lie near one another."""

from kb.sky.place import J2000, Place, separation
from kb.sky.search import Near, Places, places
from kb.sky.typed import read_angle, read_epoch, read_place

__all__ = ["J2000", "Near", "Place", "Places", "places", "read_angle", "read_epoch", "read_place", "separation"]
