"""Tablée: a self-hosted, real-time collaborative whiteboard for workshops on digital commons."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tablee")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+source"
