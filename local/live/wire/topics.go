package wire

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// Version is the first byte of every frame, and the version in a presence document.
const Version = 1

// HelloSession is the session whose topic every session subscribes to, for hellos.
const HelloSession = "hello"

var (
	namePattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	sessionPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)
	// A handler is part of a function's name, hence of Lambda's pattern:
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	handlerPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	bridgePattern  = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}-[0-9a-f]{16}$`)
	rootPattern    = regexp.MustCompile(`^live/[^/+#$\x00-\x1f]{1,100}/[^/+#$\x00-\x1f]{1,100}$`)
)

// ValidName reports whether a developer may be called name: up to 32 lower-case
// letters, digits and hyphens, the first not a hyphen.
func ValidName(name string) bool { return namePattern.MatchString(name) }

// NewSession returns the random ID of a session.
func NewSession() string { return randomHex(16) }

// NewBridge returns the random name of a bridge, HANDLER-RANDOM.
func NewBridge(handler string) string { return handler + "-" + randomHex(8) }

// HandlerOf returns the handler of a bridge's name, "" if it is no such name.
func HandlerOf(bridge string) string {
	if !bridgePattern.MatchString(bridge) {
		return ""
	}
	return bridge[:strings.LastIndexByte(bridge, '-')]
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Topics are the topics of one stack. They are the only ones that either side uses.
type Topics struct{ root string }

// ParseTopics takes the common prefix of a stack's topics, live/PROJECT/STACK.
func ParseTopics(root string) (Topics, error) {
	if !rootPattern.MatchString(root) {
		return Topics{}, fmt.Errorf("expected topics live/PROJECT/STACK, got %q", root)
	}
	return Topics{root}, nil
}

// Presence is where a developer is announced. Nothing is retained: IoT Core sends no
// retained message to a filter with a wildcard, such as the bridges have.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain
func (t Topics) Presence(name string) string { return t.root + "/dev/" + name }

// Beat is where a session with invocations gives a sign of life.
func (t Topics) Beat(session string) string { return t.root + "/beat/" + session }

// Session is where bridges publish to a session.
func (t Topics) Session(session string) string { return t.root + "/to/" + session }

// Bridge is where sessions publish to a bridge.
func (t Topics) Bridge(bridge string) string { return t.root + "/env/" + bridge }

// OfBridge are the filters that a bridge subscribes to.
func (t Topics) OfBridge(bridge string) []string {
	return []string{t.root + "/dev/+", t.root + "/beat/+", t.Bridge(bridge)}
}

// OfSession are the filters that a session subscribes to: with its own presence it sees
// who else has the name.
func (t Topics) OfSession(name, session string) []string {
	return []string{t.Session(session), t.Session(HelloSession), t.Presence(name)}
}

// Named returns the developer of a presence topic, "" for any other topic.
func (t Topics) Named(topic string) string { return t.last(topic, "/dev/", namePattern) }

// Beating returns the session of a beat topic, "" for any other topic.
func (t Topics) Beating(topic string) string { return t.last(topic, "/beat/", sessionPattern) }

func (t Topics) last(topic, kind string, pattern *regexp.Regexp) string {
	name, ok := strings.CutPrefix(topic, t.root+kind)
	if !ok || !pattern.MatchString(name) {
		return ""
	}
	return name
}
