"""A loopback stand-in for the publishers' sites: pages, validators, a request log, and faults on demand."""

from tests.replica.server import Page, Replica, Request

__all__ = ["Page", "Replica", "Request"]
