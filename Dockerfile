# One image for one machine (with its own store in /data) or for many (with TABLEE_STORE_URL).
# Debian's glibc, because the embedded store has no musl build.

FROM node:22-bookworm-slim AS node

FROM python:3.13-slim-bookworm AS build
# The build hook finds node and npm on PATH; without this stage it would take them from PyPI.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
RUN python -m venv /opt/tablee
WORKDIR /src
# Packages first: they change less often than the code.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN /opt/tablee/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.13-slim-bookworm
COPY --from=build /opt/tablee /opt/tablee
RUN useradd --system --uid 1000 --home-dir /data --create-home tablee
ENV PATH=/opt/tablee/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TABLEE_HOST=0.0.0.0 \
    TABLEE_PORT=8000 \
    TABLEE_DATA_DIR=/data
USER tablee
VOLUME /data
EXPOSE 8000
# SIGTERM reaches Tablée itself, which stops its store cleanly.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"TABLEE_PORT\"]}/healthz', timeout=2)"]
CMD ["tablee", "serve"]
