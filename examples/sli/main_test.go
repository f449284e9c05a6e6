package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCounts runs the example as its users do, to its end and until a signal,
// and holds what it prints as metrics against the requests that it made.
func TestCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	program := filepath.Join(t.TempDir(), "sli")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("to the end", func(t *testing.T) {
		checkCounts(t, runProgram(t, nil, program, "-duration", "1s"))
	})
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			checkCounts(t, runProgram(t, signal, program, "-duration", "1m"))
		})
	}
}

// runProgram returns what the program prints; a signal ends it after a while.
func runProgram(t *testing.T, signal os.Signal, name string, args ...string) string {
	t.Helper()
	var problems bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &problems
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stdout := bufio.NewReader(pipe)
	first, err := stdout.ReadString('\n') // it serves then, and signals do not kill it any more
	if err != nil {
		t.Errorf("%v\n%s", err, &problems)
	}
	if signal != nil {
		time.Sleep(500 * time.Millisecond)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Error(err)
		}
	}
	rest, err := io.ReadAll(stdout)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Fatalf("%v\n%s%s", err, rest, &problems)
	}
	return first + string(rest)
}

var (
	madeLine  = regexp.MustCompile(`(?m)^(\d+) requests made, (\d+) of them failed$`)
	countRow  = regexp.MustCompile(`(?m)^request_count_sli .*\n +value\n +(\d+)$`)
	errorRow  = regexp.MustCompile(`(?m)^error_count_sli .*\n +value\n +(\d+)$`)
	latencies = regexp.MustCompile(`(?m)^response_latency_sli \[ms\] .*\n +count .*\n +(\d+) `)
)

func checkCounts(t *testing.T, out string) {
	t.Helper()
	made, failed := number(madeLine, out, 1), number(madeLine, out, 2)
	if made < 1 {
		t.Fatalf("%d requests made:\n%s", made, out)
	}
	if n := number(countRow, out, 1); n != made {
		t.Errorf("request_count_sli is %d, but %d requests were made:\n%s", n, made, out)
	}
	if n := number(latencies, out, 1); n != made {
		t.Errorf("response_latency_sli has %d values, but %d requests were made:\n%s", n, made, out)
	}
	switch n := number(errorRow, out, 1); {
	case failed == 0 && strings.Contains(out, "error_count_sli"):
		t.Errorf("error_count_sli is there, but no request failed:\n%s", out)
	case failed > 0 && n != failed:
		t.Errorf("error_count_sli is %d, but %d requests failed:\n%s", n, failed, out)
	}
}

// number returns a group of the pattern's first match, or -1.
func number(pattern *regexp.Regexp, text string, group int) int {
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[group])
	if err != nil {
		return -1
	}
	return n
}

func TestArguments(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "credentials.json")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", missing) // also where the machine has credentials
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-exporter", "carrier-pigeon"}, `there is no exporter "carrier-pigeon": write console, stackdriver or contrib`},
		{[]string{"-exporter", "stackdriver"}, "ProjectID"},
		{[]string{"-exporter", "contrib"}, "exporter contrib needs a project and Application Default Credentials: set -project"},
		{[]string{"-exporter", "contrib", "-project", "my-project"}, "exporter contrib needs a project and Application Default Credentials: set -project"},
	} {
		err := run(t.Context(), test.args, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("run(%q) is %v, want an error with %q", test.args, err, test.want)
		}
		if err != nil && slices.Contains(test.args, "contrib") && !strings.Contains(err.Error(), missing) {
			t.Errorf("run(%q) is %v, which does not name %s", test.args, err, missing)
		}
	}
}
