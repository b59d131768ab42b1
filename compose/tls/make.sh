#!/bin/bash
# Makes what compose.tls.yaml needs, once, in compose/tls/secrets: an authority of its own, the
# certificates of Kafka and Cassandra, and random passwords. What is there already stays.
set -euo pipefail
cd "$(dirname "$0")"
# The folder keeps others out; its files are read by the users inside the containers.
mkdir -p -m 700 secrets
cd secrets
umask 022
days=${MLA_TLS_DAYS:-825}

if [[ ! -f ca.pem ]]; then
  openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.pem -days 3650 \
    -subj '/CN=MLA authority' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
  chmod 600 ca.key
fi

# One PEM file with the key and the certificate, as Kafka and Cassandra take it.
certificate() {
  local name=$1 names=DNS:localhost,DNS:$1,DNS:$1-1,DNS:$1-2,DNS:$1-3
  [[ ! -f $name.pem ]] || return 0
  openssl req -newkey rsa:3072 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2>/dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -out "$name.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names") 2>/dev/null
  cat "$name.key" "$name.crt" ca.pem >"$name.pem"
  rm "$name.key" "$name.csr" "$name.crt"
}
certificate kafka
certificate cassandra

password() {
  [[ -f $1 ]] || openssl rand -hex 24 >"$1"
}
password kafka-password
password cassandra-password

# Kafka reads its users from here: the one of the brokers and services.
secret=$(<kafka-password)
printf 'jaas=org.apache.kafka.common.security.plain.PlainLoginModule required username="mla" password="%s" user_mla="%s";\n' \
  "$secret" "$secret" >kafka-users.properties
echo "compose/tls/secrets is complete: $(ls | tr '\n' ' ')"
