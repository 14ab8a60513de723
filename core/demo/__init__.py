"""A throw-away vault of invented notes, to look around in and to take pictures of."""

from __future__ import annotations

from core.demo.make import DemoVault, demo_folder, make_demo

__all__ = ["DemoVault", "demo_folder", "make_demo"]
