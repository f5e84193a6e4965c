"""What one request may ask for, and how many are worked on at once."""

from __future__ import annotations

from dataclasses import dataclass

# A hundred short requests take less than a second, a round of questions one to fifteen: where as many wait as
# may, there is room again about then.
LOOKERS_RETRY_AFTER = 1
READERS_RETRY_AFTER = 15
"""Seconds after which who was sent away for want of room may come back."""
_LOOKERS_PER_READER = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_concurrency` counts the questions and reranked searches worked on at the same time, `max_looking`
    all else; of the other searches at most `max_turns` are before the encoder or behind it. Further ones
    wait, each with its own kind, `max_waiting` of the first and `max_waiting_to_look` of the second: more are
    sent away."""

    max_question_characters: int = 2000
    max_body_bytes: int = 262_144
    max_top_k: int = 100
    max_page: int = 100
    max_citations: int = 200
    max_concurrency: int = 4
    # So many that the encoder's next batch fills while one is computed and those of the last are answered.
    # Of 16 to 48, on two cores and over few passages, 32 answered most.
    max_looking: int = 32
    # Python runs one; the second is for what faiss, tantivy and SQLite do outside of it. Of 1 to 16, on two
    # cores and over few passages, 1 and 2 answered most.
    max_turns: int = 2
    # Whoever is the last of them waits for sixteen rounds of four.
    max_waiting: int = 64

    @property
    def max_waiting_to_look(self) -> int:
        """Those of the short kind are through in seconds, be they hundreds. Not thousands: each holds a
        connection, and a process may often have no more than 1,024 files open."""
        return _LOOKERS_PER_READER * self.max_waiting
