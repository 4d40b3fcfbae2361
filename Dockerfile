# One image definition for every process: docker build --build-arg SERVICE=gallery --tag lego-moc/gallery .
# SERVICE: gateway, a folder of contexts/, or for the local stack identity and prepare.
ARG NODE_IMAGE=node:24-bookworm-slim

# Manifests alone: the packages are installed anew when one of them changes, not when a source does.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete && find . -type d -empty -delete

FROM ${NODE_IMAGE} AS packages
ARG SERVICE
WORKDIR /app
COPY --from=manifests /app ./
COPY infra/docker/keep-workspaces.ts ./infra/docker/
# sharp comes with binaries of both C libraries; Node is in the image.
RUN node infra/docker/keep-workspaces.ts "${SERVICE:?build with --build-arg SERVICE=NAME}" \
 && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/@img/*linuxmusl*

# The operations console as files; only the gateway serves them.
FROM ${NODE_IMAGE} AS console
ARG SERVICE
WORKDIR /app
COPY --from=manifests /app ./
COPY infra/docker/keep-workspaces.ts ./infra/docker/
COPY building-blocks ./building-blocks
COPY console ./console
RUN if [ "${SERVICE}" = gateway ]; then \
      node infra/docker/keep-workspaces.ts console \
      && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
      && node console/build.ts; \
    else mkdir -p console/dist; fi

FROM ${NODE_IMAGE}
ARG SERVICE
ENV SERVICE=${SERVICE} NODE_ENV=production NODE_EXTRA_CA_CERTS=/etc/ssl/certs/rds.pem
WORKDIR /app
# The authorities of RDS, for `sslmode=verify-full`.
ADD --chmod=444 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /etc/ssl/certs/rds.pem
# Nothing is installed at run time.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn* \
 && mkdir -p /data /keys && chown node:node /data /keys
COPY --from=packages /app/node_modules ./node_modules
COPY --from=console /app/console/dist ./console/dist
COPY package.json ./
COPY building-blocks ./building-blocks
COPY contexts ./contexts
COPY gateway ./gateway
COPY infra/docker ./infra/docker
COPY infra/embedded/identity ./infra/embedded/identity
USER node
# All that is written to; the rest of the file system may be read-only.
VOLUME ["/data", "/tmp"]
CMD ["node", "infra/docker/start.ts"]
