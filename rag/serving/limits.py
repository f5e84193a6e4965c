"""What one request may ask for, and how many are worked on at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_concurrency` counts questions worked on at the same time; further ones wait their turn."""

    max_question_characters: int = 2000
    max_body_bytes: int = 262_144
    max_top_k: int = 100
    max_page: int = 100
    max_citations: int = 200
    max_concurrency: int = 4
