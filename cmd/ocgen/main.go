// Ocgen generates typed metric recorders, views and Cloud Monitoring SLOs from a
// schema.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
