"""One loop a type: observe, plan, act. Loops meet only in the store."""

from pasture.control.controllers import run

__all__ = ["run"]
