"""Ask a news archive a question; get verbatim, dated, sourced quotes that anyone can check."""

__version__ = "0.1.0"
