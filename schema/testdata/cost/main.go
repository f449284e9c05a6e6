// Cost reads the schemas of a folder, and leaves beside each <name>.yaml a folder <name>
// with the counters of go build -cover for it, and a file <name>.bytes with how many bytes
// reading it allocated.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/coverage"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.yaml"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		if err := count(file); err != nil {
			log.Fatal(err)
		}
	}
}

func count(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(file, ".yaml")
	if err := os.Mkdir(name, 0o777); err != nil {
		return err
	}
	if err := coverage.WriteMetaDir(name); err != nil {
		return err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := coverage.ClearCounters(); err != nil {
		return err
	}
	schema.Parse(src, schema.Options{File: "hostile.yaml"})
	runtime.ReadMemStats(&after)
	if err := coverage.WriteCountersDir(name); err != nil {
		return err
	}
	return os.WriteFile(name+".bytes", fmt.Append(nil, after.TotalAlloc-before.TotalAlloc), 0o666)
}
