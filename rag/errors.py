"""Everything that can go wrong, each told in one sentence: the value and the remedy.

RagError
├─ SettingsError        a setting has a value that cannot hold
├─ ArticleError         names the file and the field
├─ IndexMissing         run `rag ingest`
├─ IndexMismatch        both values and the command that mends it
├─ IndexDamaged         what is broken and the command that rebuilds it
├─ IndexBusy            another ingest is at work
├─ StorageError         disk full, no permission
├─ EncoderUnavailable   where it looked, how to install
├─ QuestionError        empty, too long, bad date
├─ NotFound             an article, generation or file that is not there
├─ EvaluationError      names the data set's file, the line and the field
├─ ListenError          the address that could not be listened on
└─ LLMError             endpoint, status, what was returned
"""

from __future__ import annotations


class RagError(Exception):
    """One sentence for the user: the value and the remedy. `slug` is the stable name of the problem."""

    slug = "error"
    status = 500


class SettingsError(RagError):
    """A setting has a value that cannot hold."""

    slug = "settings"


class ArticleError(RagError):
    """An article cannot be read: names the file and the field."""

    slug = "article"
    status = 422


class IndexMissing(RagError):
    """There is no index yet."""

    slug = "index-missing"
    status = 503


class IndexMismatch(RagError):
    """The index was built with something else than what is asked of it."""

    slug = "index-mismatch"
    status = 503


class IndexDamaged(RagError):
    """A file of the index is missing, cut short or altered."""

    slug = "index-damaged"
    status = 503


class IndexBusy(RagError):
    """Another ingest is at work on this index."""

    slug = "index-busy"
    status = 503


class StorageError(RagError):
    """The disk refused: full, read-only or no permission."""

    slug = "storage"
    status = 503


class EncoderUnavailable(RagError):
    """A model is not where it was looked for."""

    slug = "encoder-unavailable"
    status = 503


class QuestionError(RagError):
    """The question or one of its options cannot be understood."""

    slug = "question"
    status = 422


class NotFound(RagError):
    """Nothing has the name that was asked for."""

    slug = "not-found"
    status = 404


class EvaluationError(RagError):
    """A data set, gold file, baseline or bar cannot be used: names the file, the line and the field."""

    slug = "evaluation"
    status = 422


class ListenError(RagError):
    """The server cannot listen at its address: names it."""

    slug = "listen"


class LLMError(RagError):
    """The language model's endpoint did not give a usable answer."""

    slug = "llm"
    status = 502
