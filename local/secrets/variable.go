package secrets

import (
	"strings"
	"unicode"
)

// Variable returns the environment variable for a setting: SECRET_ and the name in
// upper snake case. A word begins at an upper-case letter that follows a lower-case
// one or a digit, at the last of several upper-case letters if a lower-case one
// follows it, and after one of _.-
//
//	paymentsKey  SECRET_PAYMENTS_KEY
//	apiV2Token   SECRET_API_V2_TOKEN
//	smtpTLSKey   SECRET_SMTP_TLS_KEY
//	mail.key     SECRET_MAIL_KEY
func Variable(setting string) string {
	var name strings.Builder
	name.WriteString("SECRET_")
	letters := []rune(setting)
	for i, r := range letters {
		if strings.ContainsRune("_.-", r) {
			name.WriteByte('_')
			continue
		}
		if i > 0 && unicode.IsUpper(r) && beginsWord(letters, i) {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(r))
	}
	return name.String()
}

// beginsWord reports whether the upper-case letter at i, which is not the first,
// begins a word.
func beginsWord(letters []rune, i int) bool {
	before := letters[i-1]
	if unicode.IsLower(before) || unicode.IsDigit(before) {
		return true
	}
	return unicode.IsUpper(before) && i+1 < len(letters) && unicode.IsLower(letters[i+1])
}
