// Package mqtt implements one connection to AWS IoT Core: MQTT 5 over WebSocket, at the path
// /mqtt of a presigned URL. [Dial] connects. A [Conn] publishes, subscribes and delivers
// messages. When it ends, on its own or by Close, [Conn.Done] is closed and nothing follows.
// It does not reconnect; the caller may.
//
// It uses neither an AWS SDK nor an MQTT client, only the packets of eclipse/paho.golang.
// Paho's client cannot ping on demand, detects a silent broker only after two keep-alives,
// ignores the context while it waits for a write, and writes a packet in several frames.
//
// Errors and logs contain no credentials, signed URLs or payloads.
//
// # What AWS IoT Core does
//
//   - A message is published at QoS 0 or 1; 2 is refused.
//   - A subscription with a wildcard gets no retained message; one that names the topic
//     exactly does. A retained message published later arrives with Retain false.
//   - Publishing or subscribing without permission ends the connection.
//   - Connecting with a client ID that is in use ends the older connection.
//   - A will is sent when the connection ends in any way except Close. After a cut connection
//     that is 1.5 keep-alives later, at least 45 seconds: it may withdraw what the same
//     client has published again over a newer connection.
//   - Messages may arrive twice and out of order.
//
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
//
// # Silence
//
// [Conn.LastHeard] returns when bytes were last read. A process that was frozen then reads
// what waited in the kernel's buffers, so a dead connection looks alive. After a pause only
// [Conn.Ping] proves that it is alive.
package mqtt
