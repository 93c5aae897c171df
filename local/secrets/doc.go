// Package secrets keeps the values of secret settings that this machine uses, out of
// the repository: in the file .secrets.env in the project's root, which Git ignores
// and only its owner may read, and in environment variables.
//
// The file has one setting on each line:
//
//	# from the provider's dashboard, test mode
//	paymentsKey=sk_test_51Hx
//	signingKey="-----BEGIN KEY-----\nMC4CAQ\n-----END KEY-----\n"
//
// A name is that of the setting, as in pulumi config set --secret NAME. A value is
// everything after the first = to the end of the line, as it stands: spaces and # are
// part of it. A value that begins with a double quote ends with one, and has the
// escapes \n, \r, \t, \" and \\. Lines that are empty or begin with # are comments.
//
// The variable SECRET_ and the name in upper snake case wins over the file, such as
// SECRET_PAYMENTS_KEY: see [Variable].
//
// No value is in an error, or in the text of [Values]. The package does not know
// which settings there are, and never makes up a value.
package secrets
