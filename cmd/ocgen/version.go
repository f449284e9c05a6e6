package main

import (
	"cmp"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		Short:                 "Print the version of ocgen and of its Go toolchain",
		Args:                  cobra.NoArgs,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

// version returns, for example, "ocgen v0.3.1 (go1.26.0, linux/amd64)".
func version() string {
	return fmt.Sprintf("ocgen %s (%s, %s/%s)", number(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// number returns the version that the go command records in the binary. A build from a
// checkout without a version is "(devel)".
func number() string { return cmp.Or(mainModule().Version, "(devel)") }

// mainModule returns the module of the binary.
func mainModule() debug.Module {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main
	}
	return debug.Module{}
}

var (
	taggedVersion = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)
	pseudoVersion = regexp.MustCompile(`[.-][0-9]{14}-[0-9a-f]{12}$`)
)

// revision returns the git revision of a module, for addresses of files in the
// repository: the tag of a release, and main for a version without a tag and for another
// source than the release, which a go.mod names with "replace".
func revision(m debug.Module) string {
	if m.Replace == nil && taggedVersion.MatchString(m.Version) && !pseudoVersion.MatchString(m.Version) {
		return m.Version
	}
	return "main"
}
