#!/usr/bin/env bash
# Puts an OpenSearch node, which `java -cp 'FOLDER/*' TestNode HOME HTTP_PORT TRANSPORT_PORT` runs, into a folder:
# its jars come from Maven Central, its main class is compiled here. Needs a JDK and Maven.
set -euo pipefail
own=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$own/../../node_modules/.cache/opensearch}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$own"

mvn --quiet --batch-mode --file pom.xml \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory="$folder"

classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -nowarn -d "$classes" -cp "$folder/*" TestNode.java
# The main class comes last: whoever finds it finds all.
jar --create --file "$folder/test-node.jar" -C "$classes" .
