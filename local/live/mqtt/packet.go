package mqtt

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/eclipse/paho.golang/packets"
)

var errMalformed = errors.New("the broker sent a malformed packet")

// readPacket reads one packet. It rejects a length above MaxPacket.
func readPacket(r *bufio.Reader) (packet *packets.ControlPacket, err error) {
	head, length, err := readHead(r)
	if err != nil {
		return nil, err
	}
	if length > MaxPacket {
		return nil, fmt.Errorf("the broker sent a packet of %d bytes, expected at most %d", length, MaxPacket)
	}
	whole := make([]byte, len(head)+length)
	if _, err := io.ReadFull(r, whole); err != nil {
		return nil, err
	}
	if kind := whole[0] >> 4; kind == packets.DISCONNECT && length == 0 { // the reason code 0 may be left out
		return packets.NewControlPacket(kind), nil
	}
	packet, err = packets.ReadPacket(bytes.NewReader(whole))
	if err != nil {
		return nil, errMalformed
	}
	return packet, nil
}

// readHead peeks at the type and the remaining length of the next packet.
// https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901011
func readHead(r *bufio.Reader) (head []byte, length int, err error) {
	for n := 2; n <= 5; n++ {
		head, err = r.Peek(n)
		if err != nil {
			return nil, 0, err
		}
		length |= int(head[n-1]&0x7F) << (7 * (n - 2))
		if head[n-1] < 0x80 {
			return head, length, nil
		}
	}
	return nil, 0, errMalformed
}

// encode returns the bytes of a packet.
func encode(p packets.Packet) []byte {
	var b bytes.Buffer
	p.WriteTo(&b) // a bytes.Buffer returns no error
	return b.Bytes()
}

// reasonString is the broker's explanation of a reason code.
func reasonString(p *packets.Properties) string {
	if p == nil {
		return ""
	}
	return p.ReasonString
}
