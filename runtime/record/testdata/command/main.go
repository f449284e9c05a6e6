// Command command prints its own import path.
package main

import (
	"fmt"

	"github.com/ocgen/ocgen/runtime/record"
)

type generated struct{}

func main() { fmt.Print(record.ImportPath[generated]()) }
