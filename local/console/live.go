package console

// Live is how far the deployed stack is served from this machine. The zero value means
// that it is not served.
type Live struct {
	State   string `json:"state"`   // "online", "offline" or "outdated"; empty: not at all
	Name    string `json:"name"`    // of the developer
	URL     string `json:"url"`     // of the deployed site, for that developer
	Message string `json:"message"` // why it is offline, or what to do
}

// Live replaces the state of the deployed stack here.
func (r *Recorder) Live(l Live) {
	l.Message = lines(l.Message)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Live = l
	r.wake()
}
