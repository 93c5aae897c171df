package mqtt

// Sever cuts the connection, as a network does.
func (c *Conn) Sever() { c.socket.close() }
