# Formats the storage once and becomes the broker. The image's own entrypoint is passed by: it writes its
# configuration into the image, which a read-only root file system refuses.
set -eu
export LOG_DIR=/tmp/kafka
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=/etc/nuaikit/log4j2.properties"
export KAFKA_HEAP_OPTS="-Xms256m -Xmx512m"
export KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true"
export EXTRA_ARGS="-name kafkaServer"   # without -loggc, which writes a file
mkdir -p "$LOG_DIR"
# A fixed id: one broker, whose data folder is found again by it. (base64 of "nuaikit-dev-kraf")
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id bnVhaWtpdC1kZXYta3JhZg --config /etc/nuaikit/server.properties
exec /opt/kafka/bin/kafka-server-start.sh /etc/nuaikit/server.properties
