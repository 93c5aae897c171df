package wire

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// Version is the first byte of every frame, and the version in a presence document.
const Version = 2

// HelloSession is the pseudo-session whose topic all sessions subscribe to, for hellos.
const HelloSession = "hello"

// ValidName reports whether name is a valid developer name: up to 32 lowercase letters,
// digits and hyphens, not beginning with a hyphen.
func ValidName(name string) bool {
	return consistsOf(name, 1, 32, isNameChar) && name[0] != '-'
}

func validSession(session string) bool { return consistsOf(session, 32, 32, isHex) }

// validHandler reports whether handler can be part of a function's name in Lambda's pattern:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
func validHandler(handler string) bool { return consistsOf(handler, 1, 64, isHandlerChar) }

// consistsOf replaces a regular expression, which would take a millisecond of each cold start
// to compile.
func consistsOf(s string, least, most int, char func(byte) bool) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		if !char(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool         { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }
func isNameChar(c byte) bool    { return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '-' }
func isHandlerChar(c byte) bool { return isNameChar(c) || 'A' <= c && c <= 'Z' || c == '_' }
func isTopicChar(c byte) bool   { return c >= ' ' && c != '+' && c != '#' && c != '$' }

// NewSession returns the random ID of a session.
func NewSession() string { return randomHex(16) }

// NewBridge returns the random name of a bridge, HANDLER-RANDOM.
func NewBridge(handler string) string { return handler + "-" + randomHex(8) }

// HandlerOf returns the handler in a bridge's name, or "" if the name is invalid.
func HandlerOf(bridge string) string {
	at := strings.LastIndexByte(bridge, '-')
	if at < 0 || !validHandler(bridge[:at]) || !consistsOf(bridge[at+1:], 16, 16, isHex) {
		return ""
	}
	return bridge[:at]
}

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Topics builds the topics of one stack. Neither side uses any others.
type Topics struct{ root string }

// ParseTopics parses the common prefix of a stack's topics, live/PROJECT/STACK.
func ParseTopics(root string) (Topics, error) {
	parts := strings.Split(root, "/")
	if len(parts) != 3 || parts[0] != "live" || !consistsOf(parts[1], 1, 100, isTopicChar) || !consistsOf(parts[2], 1, 100, isTopicChar) {
		return Topics{}, fmt.Errorf("expected topics live/PROJECT/STACK, got %q", root)
	}
	return Topics{root}, nil
}

// Presence returns the topic where a developer is announced. Nothing is retained: IoT Core
// sends no retained message to a filter with a wildcard, which the bridges use.
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain
func (t Topics) Presence(name string) string { return t.root + "/dev/" + name }

// Beat returns the topic where a session with invocations publishes signs of life.
func (t Topics) Beat(session string) string { return t.root + "/beat/" + session }

// Session returns the topic where bridges publish to a session.
func (t Topics) Session(session string) string { return t.root + "/to/" + session }

// Bridge returns the topic where sessions publish to a bridge.
func (t Topics) Bridge(bridge string) string { return t.root + "/env/" + bridge }

// OfBridge returns the filters that a bridge subscribes to.
func (t Topics) OfBridge(bridge string) []string {
	return []string{t.root + "/dev/+", t.root + "/beat/+", t.Bridge(bridge)}
}

// OfSession returns the filters that a session subscribes to. Its own presence topic shows
// who else uses the name.
func (t Topics) OfSession(name, session string) []string {
	return []string{t.Session(session), t.Session(HelloSession), t.Presence(name)}
}

// Named returns the developer of a presence topic, or "" for any other topic.
func (t Topics) Named(topic string) string { return t.last(topic, "/dev/", ValidName) }

// Beating returns the session of a beat topic, or "" for any other topic.
func (t Topics) Beating(topic string) string { return t.last(topic, "/beat/", validSession) }

func (t Topics) last(topic, kind string, valid func(string) bool) string {
	name, ok := strings.CutPrefix(topic, t.root+kind)
	if !ok || !valid(name) {
		return ""
	}
	return name
}
