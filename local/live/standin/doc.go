// Package standin provides a broker for tests that behaves like AWS IoT Core: an embedded
// MQTT 5 broker behind a WebSocket front. Only tests use it.
//
// The front accepts what IoT Core accepts: a WebSocket at /mqtt whose URL is presigned for
// the service iotdevicegateway, with the session token after the signature. Each connection
// has the rights of its key's policies, IoT Core's limits, and its rules for retained
// messages, wills and duplicate client IDs.
//
// Tests decide the fate of each message ([Options.OnPublish]): it is delivered, lost,
// doubled, delayed, or held until [Broker.Release]. They cut, kick and freeze connections,
// stop and start the broker, and read which messages were published ([Broker.Published]) and
// what was refused ([Broker.Refused]).
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
// Assumed, for lack of evidence, as the stricter or simpler choice:
//
//   - A signature that does not verify is answered with status 403
//     (TestFrontVerifiesTheSignature).
//   - A request that a policy does not allow ends the connection with DISCONNECT 0x87, for
//     MQTT 5 as documented for MQTT 3
//     (https://github.com/aws/aws-iot-device-sdk-js/issues/191), including a subscription and
//     a publish at QoS 1 (TestForbiddenEndsTheConnection).
//   - A will needs the rights to publish on its topic when the client connects, and a
//     condition on iot:ConnectAttributes, as in the documented example; a policy without one
//     allows no will (TestConnectRights).
//   - A topic, a filter, a number of filters or a packet above its limit ends the connection;
//     the limit of 128 KB applies to the whole packet (TestLimitsOfPackets).
//   - The 100 messages a second are a token bucket of 100 (TestHundredMessagesASecond), the
//     512 KB a bucket of 512 KB (TestThroughput), each for both directions together.
package standin
