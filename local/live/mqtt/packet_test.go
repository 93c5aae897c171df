package mqtt

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/eclipse/paho.golang/packets"
)

func TestReadPacket(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, bytes string
		want        string // the type, or what is in the error
	}{
		{"ping response", "\xD0\x00", "PINGRESP"},
		{"disconnect without a code", "\xE0\x00", "DISCONNECT"},
		{"disconnect", "\xE0\x02\x87\x00", "DISCONNECT"},
		{"publish", "\x30\x05\x00\x01a\x00x", "PUBLISH"},
		{"type 0", "\x00\x00", "malformed"},
		{"a length of five bytes", "\x30\xFF\xFF\xFF\xFF\x01", "malformed"},
		{"more than 128 KB", "\x30\x81\x80\x08", "expected at most 131072"},
		{"a string that is longer than the packet", "\x30\x03\xFF\xFFa", "malformed"},
		{"a property that does not exist", "\xE0\x03\x00\x01\xFF", "malformed"},
		{"half of it", "\x30\x05\x00\x01", "EOF"},
		{"nothing", "", "EOF"},
	} {
		packet, err := readPacket(bufio.NewReader(strings.NewReader(test.bytes)))
		switch {
		case err != nil && !strings.Contains(err.Error(), test.want):
			t.Errorf("%s: got %v", test.name, err)
		case err == nil && packet.PacketType() != test.want:
			t.Errorf("%s: got %s", test.name, packet.PacketType())
		}
	}
}

// FuzzReadPacket: no input causes a panic or takes more memory than a packet has.
func FuzzReadPacket(f *testing.F) {
	for _, p := range []packets.Packet{
		&packets.Publish{Topic: "a", Payload: []byte("x"), QoS: 1, PacketID: 7, Properties: &packets.Properties{}},
		&packets.Suback{PacketID: 7, Reasons: []byte{1, 0x87}, Properties: &packets.Properties{ReasonString: "no"}},
		&packets.Connack{ReasonCode: 0x87, Properties: &packets.Properties{ReasonString: "no"}},
		&packets.Puback{PacketID: 7, Properties: &packets.Properties{}}, &packets.Pingresp{},
		&packets.Disconnect{ReasonCode: 0x8E, Properties: &packets.Properties{}},
	} {
		f.Add(encode(p))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		for {
			packet, err := readPacket(r)
			if err != nil {
				return
			}
			if p, ok := packet.Content.(*packets.Publish); ok && len(p.Payload) > MaxPacket {
				t.Fatalf("a payload of %d bytes", len(p.Payload))
			}
		}
	})
}
