package lambda_test

import (
	"archive/zip"
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"api-auth-jwt-auth0/local/lambda"
)

// A handler that is built, zipped and invoked.
func Example() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	archive, err := archiveOf("./testdata/handler", dir)
	if err != nil {
		log.Fatal(err)
	}

	functions, err := lambda.New(lambda.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer functions.Close() // ends every process and removes their code
	commit, err := functions.Prepare(context.Background(), lambda.Config{
		Region: "eu-central-1", AccountID: "123456789012",
		Functions: []lambda.Function{{Name: "echo", Archive: archive, Handler: "bootstrap", Runtime: "provided.al2023"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	commit()

	output, err := functions.Invoke(context.Background(), "echo", []byte(`{"do":"echo","value":{"greeting":"Hello"}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(output))
	// Output: {"greeting":"Hello"}
}

// archiveOf builds a main package for this machine and puts it into a zip as
// Lambda expects it: one executable file, bootstrap.
func archiveOf(pkg, dir string) (string, error) {
	binary := filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", binary, pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	code, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "function.zip")
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	w, err := archive.CreateHeader(header)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(code); err != nil {
		return "", err
	}
	return path, archive.Close()
}
