#!/bin/bash
# Kafka's command line tools, each under its ordinary name.
declare -A class=(
  [broker-api-versions]=org.apache.kafka.tools.BrokerApiVersionsCommand
  [topics]=org.apache.kafka.tools.TopicCommand
  [configs]=kafka.admin.ConfigCommand
  [consumer-groups]=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand
  [acls]=kafka.admin.AclCommand
  [metadata-quorum]=org.apache.kafka.tools.MetadataQuorumCommand
  [log-dirs]=org.apache.kafka.tools.LogDirsCommand
)
name=$(basename "$0" .sh)
exec java -Xmx256m -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -cp '/opt/kafka/libs/*' "${class[${name#kafka-}]}" "$@"
