package lambda

import "api-auth-jwt-auth0/infra/artifact/guard"

// cleanupScript ends, if there is a /proc, all remaining processes that have this service's
// Runtime API in their environment, such as a child that left its group, and removes the
// unpacked code. $1 is the folder of the code, and $2 the Runtime API. It repeats the search,
// since a process may start others during it.
const cleanupScript = `
for round in 1 2 3; do
	files=$(grep -lsF "AWS_LAMBDA_RUNTIME_API=$2/" /proc/[0-9]*/environ) || [ "$files" ] || break
	for file in $files; do
		id=${file#/proc/}
		kill -s KILL "${id%/environ}"
	done
done
chmod -R u+w -- "$1"
rm -rf -- "$1"
`

// newGuard starts a guard that ends the processes that this program could not end itself.
func newGuard(dir, runtimeAPI string) (*guard.Guard, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	return guard.Start(cleanupScript, dir, runtimeAPI)
}
