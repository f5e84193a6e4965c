"""What OpenAPI says beside the types: words, errors and examples."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

from rag.serving.examples import REQUEST_ID, REQUESTS, RESPONSES
from rag.serving.problems import INTERNAL, MEDIA_TYPE, NOT_READY, PROBLEMS, UNAUTHORIZED
from rag.serving.responses import Problem

DESCRIPTION = (
    "Ask a news archive a question; get verbatim, dated, sourced quotes, each checkable against its article "
    "character by character. Offsets count Unicode characters of the article's text; spans are half-open."
)
TAGS = [
    {"name": "questions", "description": "Ask, and get quotes; search, and get passages."},
    {"name": "articles", "description": "The articles as they were read."},
    {"name": "citations", "description": "Whether a citation still holds."},
    {"name": "operations", "description": "Health and counters."},
]
METRICS_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The counters.", "content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}}}
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route by status, with an example of each problem type."""
    return {status: _error(status) for status in (*statuses, INTERNAL.status)}


def _error(status: int) -> dict[str, Any]:
    shown = [problem for problem in PROBLEMS.values() if problem.status == status]
    examples = {
        problem.slug: {
            "value": {
                "type": problem.uri,
                "title": problem.title,
                "status": status,
                "detail": problem.title,
                "instance": f"urn:rag:request:{REQUEST_ID}",
            }
        }
        for problem in shown
    }
    described: dict[str, Any] = {
        "description": " · ".join(problem.title for problem in shown),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }
    if status == NOT_READY.status:
        described["headers"] = {
            "Retry-After": {
                "description": "Seconds, if loading, busy or stopping.",
                "schema": {"type": "integer"},
            }
        }
    return described


def document_errors(document: dict[str, Any]) -> None:
    """Add the schema that the errors refer to, and drop the framework's own of a refused field."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"]
    schemas |= {**schema.pop("$defs"), "Problem": schema}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for operation in _operations(document).values():
        if MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {}):
            operation["responses"].pop("422", None)


def document_examples(document: dict[str, Any]) -> None:
    """Add the examples; given to the framework itself they would lose what is null."""
    operations = _operations(document)
    for address, example in RESPONSES.items():
        success = operations[address]["responses"]["200"]
        success["content"]["application/json"]["example"] = example
    for address, examples in REQUESTS.items():
        body = operations[address]["requestBody"]
        body["content"]["application/json"]["examples"] = {
            name: {"summary": name, "value": value} for name, value in examples.items()
        }


def document_key(document: dict[str, Any], *, open_paths: Collection[str]) -> None:
    """Say that the API key is asked for, in either header, but not on `open_paths`."""
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    document["security"] = [{"bearer": []}, {"header": []}]
    for (path, _), operation in _operations(document).items():
        if path in open_paths:
            operation["security"] = []
        else:
            operation["responses"][str(UNAUTHORIZED.status)] = _error(UNAUTHORIZED.status)


def _operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
