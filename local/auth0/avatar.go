package auth0

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"unicode"
)

// avatarHandler draws the users' pictures, because the tenant uses no network.
type avatarHandler struct{ settings func() *settings }

func (h *avatarHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	avatar, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	user, found := h.settings().users.byAvatar(avatar)
	if !ok || !found {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "image/svg+xml")
	header.Set("Cache-Control", "private, max-age=300")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	// Sites that isolate themselves show pictures of other origins only if
	// these allow it: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header.
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	fmt.Fprintf(w, avatarSVG, hueOf(avatar), html.EscapeString(initials(user.Name)))
}

const avatarSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">` +
	`<rect width="96" height="96" fill="hsl(%d 45%% 38%%)"/>` +
	`<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="38" font-weight="600" ` +
	`text-anchor="middle" dominant-baseline="central">%s</text></svg>`

// hueOf spreads avatars over the color wheel, in degrees.
func hueOf(avatar string) int {
	hue := 0
	for _, c := range avatar {
		hue = (hue*31 + int(c)) % 360
	}
	return hue
}

// initials are those of the first and the last word, at most two characters.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) > 1 && !strings.Contains(name, "@") {
		first = append(first, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(first))
}
