# Creates what topics.tsv names and leaves alone what exists: a partition count is never changed under its keys.
# --if-not-exists makes it repeatable; the first failure ends it, and the Job tries again.
set -eu
export LOG_DIR=/tmp/kafka
export KAFKA_HEAP_OPTS="-Xms64m -Xmx128m"
mkdir -p "$LOG_DIR"
while IFS="$(printf '\t')" read -r name partitions retention_ms cleanup_policy; do
    case "$name" in "" | "#"*) continue ;; esac
    /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic "$name" \
        --partitions "$partitions" --replication-factor 1 \
        --config "retention.ms=$retention_ms" --config "cleanup.policy=$cleanup_policy" < /dev/null
done < /etc/nuaikit/topics.tsv
