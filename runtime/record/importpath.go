package record

import (
	"reflect"
	"runtime/debug"
)

// ImportPath returns the import path of the package that declares the type T. Go calls the
// package of a command "main", so for a command it is the path in the binary's build
// information. It is "main" if that has no path, as after "go run main.go".
func ImportPath[T any]() string {
	path := reflect.TypeFor[T]().PkgPath()
	if path != "main" {
		return path
	}
	if build, ok := debug.ReadBuildInfo(); ok && build.Path != "" && build.Path != "command-line-arguments" {
		return build.Path
	}
	return path
}
