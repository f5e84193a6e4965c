"""The HTTP service: an application factory and the limits it holds."""

from rag.serving.app import create_app
from rag.serving.limits import Limits

__all__ = ["Limits", "create_app"]
