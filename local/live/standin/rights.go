package standin

import (
	"fmt"
	"maps"
	"strings"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/live/mqtt"
)

// allowed evaluates a client's policies for an action on a resource of this account.
// https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-actions.html
func (b *Broker) allowed(c *conn, clientID, action, resource string, context policy.Context) bool {
	arn := "arn:aws:iot:" + b.options.Region + ":" + b.options.Account + ":" + resource
	decision := c.policies.Evaluate(policy.Request{Action: action, Resource: arn, Context: b.context(context)})
	if !decision.Allowed {
		b.refuse(Refusal{c.accessKeyID, clientID, action + " " + arn, decision.Reason})
	}
	return decision.Allowed
}

func (b *Broker) context(of policy.Context) policy.Context {
	context := policy.Context{
		"aws:CurrentTime":      {b.options.Now().UTC().Format(time.RFC3339)},
		"aws:RequestedRegion":  {b.options.Region},
		"aws:PrincipalAccount": {b.options.Account},
		"aws:ResourceAccount":  {b.options.Account},
		"aws:SecureTransport":  {"true"},
	}
	maps.Copy(context, of)
	return context
}

// checkConnect checks a client's CONNECT.
func (b *Broker) checkConnect(c *conn, pk packets.Packet) packets.Code {
	id := pk.Connect.ClientIdentifier
	attributes := []string{}
	if !pk.Connect.Clean || pk.Properties.SessionExpiryInterval > 0 {
		attributes = append(attributes, "PersistentConnect")
	}
	if pk.Connect.WillFlag {
		attributes = append(attributes, "LastWill")
	}
	switch {
	case id == "" || len(id) > mqtt.MaxClientID:
		b.refuse(Refusal{c.accessKeyID, id, "client ID", fmt.Sprintf("%d bytes", len(id))})
		return packets.ErrClientIdentifierNotValid
	case !b.connectInterval(id):
		b.refuse(Refusal{c.accessKeyID, id, "connecting", "more than once a second with one client ID"})
		return packets.ErrQuotaExceeded
	case !b.allowed(c, id, "iot:Connect", "client/"+id, policy.Context{"iot:ConnectAttributes": attributes}):
		return packets.ErrNotAuthorized
	case len(attributes) > 0 && !b.namesAttributes(c, id):
		return packets.ErrNotAuthorized
	case pk.Connect.WillFlag:
		return b.checkWill(c, pk)
	}
	return packets.CodeSuccess
}

// namesAttributes reports whether the policy that allows a connection names attributes: "by
// default … there are no attributes passed". One without the condition allows any text.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#connect-attribute
func (b *Broker) namesAttributes(c *conn, id string) bool {
	arn := "arn:aws:iot:" + b.options.Region + ":" + b.options.Account + ":client/" + id
	any := policy.Context{"iot:ConnectAttributes": {"NoSuchAttribute"}}
	if !c.policies.Evaluate(policy.Request{Action: "iot:Connect", Resource: arn, Context: b.context(any)}).Allowed {
		return true
	}
	b.refuse(Refusal{c.accessKeyID, id, "iot:Connect " + arn, "a will or a persistent session, and no condition on iot:ConnectAttributes allows it"})
	return false
}

// connectInterval reports whether a client ID connects at most once a second.
func (b *Broker) connectInterval(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.options.Now()
	last, before := b.connected[id]
	if before && now.Sub(last) < mqtt.MinConnectInterval {
		return false
	}
	b.connected[id] = now
	return true
}

// checkWill checks the rights needed to publish the will.
// https://docs.aws.amazon.com/iot/latest/developerguide/retained-message-policy-examples.html
func (b *Broker) checkWill(c *conn, pk packets.Packet) packets.Code {
	id, topic := pk.Connect.ClientIdentifier, pk.Connect.WillTopic
	switch {
	case pk.Connect.WillQos > 1:
		return packets.ErrQosNotSupported
	case !b.withinLimits(c, id, topic) || isWildcard(topic):
		return packets.ErrTopicNameInvalid
	case !b.mayPublish(c, id, topic, pk.Connect.WillRetain):
		return packets.ErrNotAuthorized
	}
	return packets.CodeSuccess
}

func (b *Broker) mayPublish(c *conn, id, topic string, retain bool) bool {
	return b.allowed(c, id, "iot:Publish", "topic/"+topic, nil) &&
		(!retain || b.allowed(c, id, "iot:RetainPublish", "topic/"+topic, nil))
}

func (b *Broker) checkPublish(c *conn, id string, pk packets.Packet) packets.Code {
	switch {
	case pk.FixedHeader.Qos > 1:
		return packets.ErrQosNotSupported
	case pk.Properties.TopicAliasFlag:
		return packets.ErrTopicAliasInvalid
	case !b.withinLimits(c, id, pk.TopicName) || isWildcard(pk.TopicName) || strings.HasPrefix(pk.TopicName, "$"):
		return packets.ErrTopicNameInvalid
	case !b.mayPublish(c, id, pk.TopicName, pk.FixedHeader.Retain):
		return packets.ErrNotAuthorized
	}
	return packets.CodeSuccess
}

// withinLimits checks a topic's size.
func (b *Broker) withinLimits(c *conn, id, topic string) bool {
	if len(topic) <= mqtt.MaxTopic && strings.Count(topic, "/") <= mqtt.MaxSlashes && topic != "" {
		return true
	}
	b.refuse(Refusal{c.accessKeyID, id, "topic " + topic, fmt.Sprintf("%d bytes, %d slashes", len(topic), strings.Count(topic, "/"))})
	return false
}

func (b *Broker) checkSubscribe(c *conn, cl *broker.Client, pk packets.Packet) packets.Code {
	if len(pk.Filters) > mqtt.MaxFilters || cl.State.Subscriptions.Len()+len(pk.Filters) > mqtt.MaxSubscriptions {
		b.refuse(Refusal{c.accessKeyID, cl.ID, "subscribing", fmt.Sprintf("%d filters in a request, %d before", len(pk.Filters), cl.State.Subscriptions.Len())})
		return packets.ErrQuotaExceeded
	}
	for _, f := range pk.Filters {
		if !b.withinLimits(c, cl.ID, f.Filter) || strings.HasPrefix(f.Filter, "$") {
			return packets.ErrTopicFilterInvalid
		}
		if f.Qos > 1 {
			return packets.ErrQosNotSupported
		}
		if !b.allowed(c, cl.ID, "iot:Subscribe", "topicfilter/"+f.Filter, nil) {
			return packets.ErrNotAuthorized
		}
	}
	return packets.CodeSuccess
}
