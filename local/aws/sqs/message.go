package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// A Message is a message in a queue.
type Message struct {
	ID              string               `json:"id"`
	Body            string               `json:"body"`
	Attributes      map[string]Attribute `json:"attributes,omitempty"`
	TraceHeader     string               `json:"traceHeader,omitempty"`
	GroupID         string               `json:"groupId,omitempty"`
	DeduplicationID string               `json:"deduplicationId,omitempty"` // of a FIFO queue's
	Sequence        uint64               `json:"sequence,omitempty"`        // of a FIFO queue's
	Sent            time.Time            `json:"sent"`
	Enqueued        time.Time            `json:"enqueued"`  // from when its retention counts
	VisibleAt       time.Time            `json:"visibleAt"` // in flight or delayed until then
	Received        int                  `json:"received,omitempty"`
	FirstReceived   time.Time            `json:"firstReceived,omitzero"`
	DeadLetterOf    string               `json:"deadLetterOf,omitempty"` // ARN of the queue that it could not be consumed from

	receipt string // of the last receive in this queue, without which it is not in flight
}

// Attribute is a message attribute, or the trace header, which has the same form.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
type Attribute struct {
	DataType    string  `json:"DataType" xml:"DataType"`
	StringValue *string `json:"StringValue,omitempty" xml:"StringValue,omitempty"`
	BinaryValue []byte  `json:"BinaryValue,omitempty" xml:"-"`
}

// MarshalXML implements xml.Marshaler: bytes are in base64.
func (a Attribute) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	type plain Attribute
	return e.EncodeElement(struct {
		plain
		Binary string `xml:"BinaryValue,omitempty"`
	}{plain(a), base64Of(a.BinaryValue)}, start)
}

func (a Attribute) isBinary() bool { return strings.HasPrefix(a.DataType, "Binary") }

func (a Attribute) value() []byte {
	if a.isBinary() || a.StringValue == nil {
		return a.BinaryValue
	}
	return []byte(*a.StringValue)
}

// attributes are by name.
type attributes map[string]Attribute

// MarshalXML implements xml.Marshaler: each is a separate element.
func (a attributes) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		err := e.EncodeElement(struct {
			Name  string
			Value Attribute
		}{name, a[name]}, start)
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	maximumAttributes    = 10
	maximumAttributeName = 256 // characters
)

var attributeName = regexp.MustCompile(`^[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*$`)

// check checks the documented rules.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func (a attributes) check() *aws.Error {
	if len(a) > maximumAttributes {
		return invalid("Number of message attributes [%d] exceeds the allowed maximum [%d].", len(a), maximumAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		lower := strings.ToLower(name)
		if !attributeName.MatchString(name) || len(name) > maximumAttributeName || strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") {
			return invalid("Message (user) attribute name '%s' is invalid: expected up to %d letters, digits, underscores, hyphens and single periods, and not the prefix AWS. or Amazon.", name, maximumAttributeName)
		}
		if err := a[name].check(name); err != nil {
			return err
		}
	}
	return nil
}

func (a Attribute) check(name string) *aws.Error {
	kind, _, _ := strings.Cut(a.DataType, ".")
	if kind != "String" && kind != "Number" && kind != "Binary" {
		return invalid("The type of message (user) attribute '%s' is invalid. You must use only the following supported type prefixes: Binary, Number, String.", name)
	}
	if len(a.value()) == 0 || a.isBinary() != (a.StringValue == nil) {
		return invalid("Message (user) attribute '%s' must contain a non-empty value of type '%s'.", name, kind)
	}
	if kind == "Number" {
		if _, err := strconv.ParseFloat(string(a.value()), 64); err != nil {
			return invalid("Can't cast the value of message (user) attribute '%s' to a number.", name)
		}
	}
	if !a.isBinary() && !validCharacters(*a.StringValue) {
		return errorf("InvalidMessageContents", "%s", invalidCharacters)
	}
	return nil
}

// size returns the bytes that count toward the limit of a message.
func (a attributes) size() int {
	size := 0
	for name, value := range a {
		size += len(name) + len(value.DataType) + len(value.value())
	}
	return size
}

// md5 returns the attributes' digest, which is empty without attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
func (a attributes) md5() string {
	if len(a) == 0 {
		return ""
	}
	const stringValue, binaryValue = 1, 2
	var text []byte
	write := func(part []byte) {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		write([]byte(name))
		write([]byte(a[name].DataType))
		if a[name].isBinary() {
			text = append(text, binaryValue)
		} else {
			text = append(text, stringValue)
		}
		write(a[name].value())
	}
	return md5Of(text)
}

func md5Of(text []byte) string {
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// pick returns the attributes that a receive requests: names, "prefix.*", ".*" or "All".
func (a attributes) pick(names []string) attributes {
	picked := attributes{}
	for name, value := range a {
		if slices.ContainsFunc(names, func(pattern string) bool {
			prefix, isPrefix := strings.CutSuffix(pattern, ".*")
			return pattern == "All" || pattern == name || isPrefix && (prefix == "" || strings.HasPrefix(name, prefix+"."))
		}) {
			picked[name] = value
		}
	}
	return picked
}

const invalidCharacters = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"

// validCharacters reports whether a message may contain text.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func validCharacters(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == '\uFFFE' || c == '\uFFFF'
	})
}

// systemAttributes returns the system attributes that a receive requests.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (m *Message) systemAttributes(names []string, senderID string) stringMap {
	all := m.allSystemAttributes(senderID)
	if !slices.Contains(names, "All") {
		maps.DeleteFunc(all, func(name, _ string) bool { return !slices.Contains(names, name) })
	}
	return all
}

func (m *Message) allSystemAttributes(senderID string) stringMap {
	all := stringMap{
		"SenderId":                         senderID,
		"SentTimestamp":                    milliseconds(m.Sent),
		"ApproximateReceiveCount":          strconv.Itoa(m.Received),
		"ApproximateFirstReceiveTimestamp": milliseconds(m.FirstReceived),
		"AWSTraceHeader":                   m.TraceHeader,
		"MessageGroupId":                   m.GroupID,
		"MessageDeduplicationId":           m.DeduplicationID,
		"SequenceNumber":                   sequenceNumber(m.Sequence),
		"DeadLetterQueueSourceArn":         m.DeadLetterOf,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// sequenceNumber is empty for a message of a standard queue. The service's numbers have 20
// digits and are not consecutive.
func sequenceNumber(sequence uint64) string {
	if sequence == 0 {
		return ""
	}
	const first, step = 18_400_000_000_000_000_000, 256
	return strconv.FormatUint(first+sequence*step, 10)
}
