package main

import (
	"fmt"
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

// version returns, for example, "ocgen v0.3.1 (go1.26.0, linux/amd64)". The go command
// records the version in the binary. A build from a checkout without a version is
// "(devel)".
func version() string {
	number := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		number = info.Main.Version
	}
	return fmt.Sprintf("ocgen %s (%s, %s/%s)", number, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
