// Package scripttest has what the testscripts of several packages use: an HTTP
// client, and the go command's settings. Only tests use it.
package scripttest

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// HTTP is the `http` command of the scripts. It sends one request and
// prints the answer: the status, the headers sorted and in lower case, an empty
// line, and the body.
//
//	http [-H 'Name: value']… [-d body] METHOD URL
func HTTP() {
	var headers headerFlags
	flags := flag.NewFlagSet("http", flag.ExitOnError)
	flags.Var(&headers, "H", "a header")
	body := flags.String("d", "", "a body")
	flags.Parse(os.Args[1:])
	if err := httpRequest(flags.Arg(0), flags.Arg(1), *body, headers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func httpRequest(method, url, body string, headers headerFlags) error {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		request.Header.Add(name, strings.TrimSpace(value))
	}
	request.Host = cmp.Or(request.Header.Get("Host"), request.Host)
	// The transport by itself follows no redirect and adds no header but Host
	// and User-Agent once it may not compress.
	response, err := (&http.Transport{DisableCompression: true}).RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		for _, value := range response.Header[name] {
			fmt.Printf("%s: %s\n", strings.ToLower(name), value)
		}
	}
	fmt.Println()
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}

type headerFlags []string

func (h *headerFlags) String() string { return strings.Join(*h, ", ") }

func (h *headerFlags) Set(value string) error {
	*h = append(*h, value)
	return nil
}

// GoEnv is a setting of the go command, such as "GOCACHE".
func GoEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out)), err
}
