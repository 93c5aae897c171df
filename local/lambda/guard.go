package lambda

import "api-auth-jwt-auth0/infra/artifact/guard"

// cleanupScript ends, where there is a /proc, whatever else still has this
// service's Runtime API in its environment, such as a child that left its group;
// and it removes the unpacked code. It has the folder of the code as $1 and the
// Runtime API as $2. A process that starts others may do so while it is looked for:
// hence the rounds.
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

// newGuard stands by to end the processes that this program could not end itself.
func newGuard(dir, runtimeAPI string) (*guard.Guard, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	return guard.Start(cleanupScript, dir, runtimeAPI)
}
