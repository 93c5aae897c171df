// Package standin is a broker for tests that behaves as AWS IoT Core does: an embedded MQTT 5
// broker behind a WebSocket front. Only tests use it.
//
// The front takes what IoT Core takes: a WebSocket at /mqtt whose URL is presigned for the
// service iotdevicegateway, with the session token after the signature. Behind it each
// connection has the rights of its key's policies, IoT Core's limits, and its rules for
// retained messages, wills and client IDs that are used twice.
//
// Tests decide what becomes of each message ([Options.OnPublish]): it is delivered, lost,
// doubled, delayed, or held until [Broker.Release]. They cut, kick and freeze connections, stop
// and start the broker, and read what passed ([Broker.Published]) and what was refused
// ([Broker.Refused]).
//
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
//
// # Unlike IoT Core
//
//   - There are no rules, shadows, reserved topics, lifecycle events, shared subscriptions,
//     topic aliases and persistent sessions.
//   - Client certificates and custom authorizers do not exist.
//   - Messages arrive once and in order, unless a test decides otherwise.
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A signature that does not verify is answered with the status 403.
//   - What a policy does not allow ends the connection with DISCONNECT 0x87, for MQTT 5 as is
//     documented for MQTT 3 (https://github.com/aws/aws-iot-device-sdk-js/issues/191), also a
//     subscription and a publish at QoS 1.
//   - A will needs the rights to publish on its topic when it connects, and a condition on
//     iot:ConnectAttributes, as the documented example has; a policy without one allows none.
//   - A packet, topic, filter or number of filters above its limit ends the connection.
//   - The 128 KB are those of the whole packet.
//   - The 100 messages a second are a bucket that holds 100, the 512 KB one that holds 512 KB,
//     for both directions together.
package standin
