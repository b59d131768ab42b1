#!/bin/bash
# What the ordinary image does, as far as compose.yaml relies on it: CASSANDRA_… goes into
# cassandra.yaml and cassandra-rackdc.properties, Cassandra is this process.
set -euo pipefail

address=$(hostname --ip-address | cut -d ' ' -f 1)
: "${CASSANDRA_LISTEN_ADDRESS:=$address}" "${CASSANDRA_BROADCAST_ADDRESS:=$address}"
: "${CASSANDRA_RPC_ADDRESS:=0.0.0.0}" "${CASSANDRA_BROADCAST_RPC_ADDRESS:=$CASSANDRA_BROADCAST_ADDRESS}"
: "${CASSANDRA_SEEDS:=$CASSANDRA_BROADCAST_ADDRESS}"

yaml=$CASSANDRA_CONF/cassandra.yaml
text=$(sed "s/- seeds:.*/- seeds: \"$CASSANDRA_SEEDS\"/" "$yaml")
for setting in broadcast_address broadcast_rpc_address cluster_name endpoint_snitch listen_address num_tokens rpc_address; do
  variable=CASSANDRA_${setting^^}
  if [[ -n ${!variable:-} ]]; then
    text=$(sed "s/^$setting:.*/$setting: ${!variable}/" <<<"$text")
  fi
done
printf '%s\n' "$text" >"$yaml"
printf 'dc=%s\nrack=%s\n' "${CASSANDRA_DC:-dc1}" "${CASSANDRA_RACK:-rack1}" >"$CASSANDRA_CONF/cassandra-rackdc.properties"

mapfile -t options <"$CASSANDRA_CONF/jvm.options"
# shellcheck disable=SC2206 # they are words
extra=(${JVM_OPTS:-} ${JVM_EXTRA_OPTS:-})
exec java "-Xms${MAX_HEAP_SIZE:-1G}" "-Xmx${MAX_HEAP_SIZE:-1G}" -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError \
  "${options[@]}" -javaagent:/opt/cassandra/lib/jamm-0.4.0.jar \
  "-Dcassandra.config=file://$yaml" -Dcassandra.storagedir=/var/lib/cassandra \
  "-Dlogback.configurationFile=$CASSANDRA_CONF/logback.xml" -Dcassandra-foreground=yes \
  -Djdk.attach.allowAttachSelf=true -Dcassandra.jmx.local.port=7199 \
  "${extra[@]}" -cp "$CASSANDRA_CONF:/opt/cassandra/lib/*" org.apache.cassandra.service.CassandraDaemon
