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
//   - There are no rules, shadows, lifecycle events and persistent sessions; reserved topics,
//     shared subscriptions and topic aliases are refused (TestLimitsOfPackets).
//   - MQTT 3, client certificates and custom authorizers are refused (TestLimitsOfConnect,
//     TestFrontVerifiesTheSignature).
//   - Messages arrive once and in order, unless a test decides otherwise (TestFates).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A signature that does not verify is answered with the status 403
//     (TestFrontVerifiesTheSignature).
//   - What a policy does not allow ends the connection with DISCONNECT 0x87, for MQTT 5 as is
//     documented for MQTT 3 (https://github.com/aws/aws-iot-device-sdk-js/issues/191), also a
//     subscription and a publish at QoS 1 (TestForbiddenEndsTheConnection).
//   - A will needs the rights to publish on its topic when it connects, and a condition on
//     iot:ConnectAttributes, as the documented example has; a policy without one allows none
//     (TestConnectRights).
//   - A topic, a filter, a number of filters or a packet above its limit ends the connection;
//     the 128 KB are those of the whole packet (TestLimitsOfPackets).
//   - The 100 messages a second are a bucket that holds 100 (TestHundredMessagesASecond), the
//     512 KB one that holds 512 KB (TestThroughput), for both directions together.
package standin
