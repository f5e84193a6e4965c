"""Online: a question to a verified answer made of quotes."""

from rag.answering.answerer import Answerer
from rag.answering.options import Options
from rag.answering.synonyms import Synonyms, read_synonyms
from rag.answering.verifying import Claim, Verdict

__all__ = ["Answerer", "Claim", "Options", "Synonyms", "Verdict", "read_synonyms"]
