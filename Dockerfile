# An image that answers without a network: program, models, graphs and an index of the seeds are inside.
# CPU only, not root, works with a read-only root filesystem.
#
#   docker build --build-arg TORCH_INDEX_URL=<an index of torch's CPU builds> --tag rag .
#   docker run --publish 8000:8000 rag
#   docker run --publish 8000:8000 --volume "$PWD/index:/opt/rag/index:ro" rag
#   docker run --user "$(id -u)" --volume "$PWD/archive:/archive:ro" \
#              --volume "$PWD/index:/opt/rag/index" rag ingest /archive

FROM python:3.11.14-slim-bookworm AS base
ENV PATH="/opt/rag/venv/bin:${PATH}" \
    PYTHONUNBUFFERED="1" \
    RAG_CACHE="/opt/rag/cache" \
    RAG_INDEX="/opt/rag/index"


FROM base AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# Where torch's CPU builds are, if not on pip's own index; with a GPU build the image is refused below.
ARG TORCH_INDEX_URL=""
WORKDIR /source
COPY constraints.txt ./
RUN python -m venv /opt/rag/venv && \
    pip install --no-cache-dir --constraint constraints.txt pip && \
    pip install --no-cache-dir --constraint constraints.txt \
        ${TORCH_INDEX_URL:+--extra-index-url "${TORCH_INDEX_URL}"} torch
COPY pyproject.toml README.md ./
COPY rag/ rag/
RUN pip install --no-cache-dir --constraint constraints.txt --build-constraint constraints.txt .
RUN if pip list --format=freeze | grep '^nvidia'; then \
        echo "torch brought GPU libraries: build with --build-arg TORCH_INDEX_URL=<index of CPU builds>" >&2; \
        exit 1; \
    fi
# Hashes are remembered by modification time, and a layer keeps whole seconds only.
RUN rag models fetch && \
    find "${RAG_CACHE}" -type f -exec touch --date=@1700000000 {} + && \
    rag models show
COPY seeds/ seeds/
# The lexical index writes a file that only its owner may read, and another user serves it. Removed: what is
# compiled for this processor, which a layer's whole seconds make useless, and what only fetches and converts
# models, and what only that needs (tests/test_packaging.py holds the list to what the packages declare).
RUN rag ingest seeds && \
    rm -rf "${RAG_CACHE}"/graphs/*/compiled-* && \
    chmod --recursive a+rX "${RAG_INDEX}" && \
    pip uninstall --yes \
        cloudpickle jinja2 joblib markupsafe ml-dtypes mpmath narwhals networkx onnx protobuf scikit-learn \
        sentence-transformers setuptools sympy threadpoolctl torch transformers pip


FROM base
LABEL org.opencontainers.image.title="rag" \
      org.opencontainers.image.description="Ask a news archive a question; get quotes that anyone can check."
COPY --from=build /opt/rag/ /opt/rag/
WORKDIR /opt/rag
ENV HF_HUB_OFFLINE="1" \
    RAG_HOST="0.0.0.0" \
    RAG_OFFLINE="true" \
    RAG_PORT="8000"
# A number, so that an orchestrator can see that it is not root; any other user works as well.
USER 65534:65534
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "-c", "import http.client, os; connection = http.client.HTTPConnection('127.0.0.1', int(os.environ['RAG_PORT']), timeout=4); connection.request('GET', '/readyz'); raise SystemExit(connection.getresponse().status != 200)"]
ENTRYPOINT ["rag"]
CMD ["serve"]
