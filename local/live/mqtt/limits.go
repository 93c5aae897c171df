package mqtt

import (
	"fmt"
	"strings"
	"time"
)

// The limits of AWS IoT Core. None is adjustable.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const (
	// MaxPacket is the size of a packet in bytes: the payload, the topic and about 10 bytes
	// of overhead. "Maximum Packet Size … cannot exceed 128 KB".
	// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-properties
	MaxPacket = 128 << 10

	MaxTopic    = 256 // bytes of a topic or a topic filter
	MaxSlashes  = 7   // of a topic or a topic filter
	MaxClientID = 128 // bytes
	MaxFilters  = 8   // of a SUBSCRIBE request

	// MaxSubscriptions limits those of a connection. IoT Core closes one that exceeds it.
	MaxSubscriptions = 50

	// MaxPublishes limits the messages a connection sends and receives a second. IoT Core
	// discards the rest.
	MaxPublishes = 100

	// MaxThroughput limits the bytes a connection sends and receives a second. IoT Core
	// delays the rest.
	MaxThroughput = 512 << 10

	// MinConnectInterval is the time between two connections with one client ID.
	MinConnectInterval = time.Second

	// MinKeepAlive and MaxKeepAlive bound a keep-alive. A smaller one counts as the smallest,
	// and zero as the greatest.
	MinKeepAlive = 30 * time.Second
	MaxKeepAlive = 1200 * time.Second

	// MaxConnection is the life of a WebSocket connection.
	MaxConnection = 24 * time.Hour
)

// checkTopic reports an error unless IoT Core accepts a topic, or a filter with wildcards.
func checkTopic(topic string, filter bool) error {
	switch {
	case topic == "" || strings.ContainsRune(topic, 0):
		return fmt.Errorf("expected a topic, got %q", topic)
	case len(topic) > MaxTopic:
		return fmt.Errorf("topic %.40q… has %d bytes, IoT Core takes %d", topic, len(topic), MaxTopic)
	case strings.Count(topic, "/") > MaxSlashes:
		return fmt.Errorf("topic %q has %d slashes, IoT Core takes %d", topic, strings.Count(topic, "/"), MaxSlashes)
	case !filter && strings.ContainsAny(topic, "+#"):
		return fmt.Errorf("expected a topic without wildcards, got %q", topic)
	}
	return nil
}
