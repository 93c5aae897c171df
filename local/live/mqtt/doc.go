// Package mqtt is one connection to AWS IoT Core: MQTT 5 over WebSocket, at the path /mqtt,
// by a presigned URL. [Dial] connects, a [Conn] publishes, subscribes and hands over what
// arrives; when it ends, by itself or by Close, [Conn.Done] is closed and nothing follows.
// Nobody reconnects but the caller.
//
// It links neither an AWS SDK nor an MQTT client: of eclipse/paho.golang it uses the
// packets. Paho's client cannot ping on demand, notices a silent broker after two
// keep-alives only, waits for a write without regard to a context, and writes a packet in
// several frames.
//
// Credentials, URLs that are signed and payloads are in no error and no log.
//
// # What AWS IoT Core does
//
//   - A message is published at QoS 0 or 1; 2 is refused.
//   - A subscription with a wildcard gets no retained message; one that names the topic
//     exactly does. A retained message that arrives after that has Retain false.
//   - Whoever publishes or subscribes without the right loses the connection.
//   - Whoever connects with a client ID that is in use ends the older connection.
//   - A will is sent when the connection ends in any way but Close. After a cut connection
//     that is 1.5 keep-alives later, at least 45 seconds: it may withdraw what the same
//     client has published again over a newer connection.
//   - Messages may arrive twice and in another order.
//
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
//
// # Silence
//
// [Conn.LastHeard] is when bytes were read. A process that was frozen reads afterwards what
// waited in the kernel's buffers, so that a dead connection looks alive: after a pause only
// [Conn.Ping] proves that it lives.
package mqtt
