package outfiles

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// asNobody runs f on a thread with the file permissions of an ordinary user, since root
// can write everywhere. The thread ends with f.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread cannot be used afterwards
		err := syscall.Setfsuid(65534)
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestWriteFolderWithoutPermission(t *testing.T) {
	for _, folder := range []string{".", "slo"} {
		dir := disc(t, map[string]string{"m.yaml": ""})
		mustWrite(t, sampleOutput(dir, "1"))
		openTo(t, dir)
		if err := os.Chmod(filepath.Join(dir, folder), 0o555); err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		var err error
		asNobody(t, func() { _, err = Write([]Output{sampleOutput(dir, "2")}, readClaims) })
		if err == nil || !strings.HasSuffix(err.Error(), ": permission denied") || !strings.HasPrefix(err.Error(), dir) {
			t.Errorf("%s: got %v", folder, err)
		}
		if after := tree(t, dir); after != before {
			t.Errorf("%s: changed:\n%s\nbefore:\n%s", folder, after, before)
		}
	}
}

// openTo lets everybody enter a test's folder, and write to everything below it.
func openTo(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(p, 0o777)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefusesNamedPipe(t *testing.T) {
	for _, at := range []string{"m_gen.go", "slo/fast.json", "slo/ocgen.manifest"} {
		dir := disc(t, map[string]string{"m.yaml": "", "slo/": ""})
		if err := syscall.Mkfifo(filepath.Join(dir, at), 0o666); err != nil {
			t.Fatal(err)
		}
		refuses(t, dir, "DIR/"+at+": it is a named pipe, but a file is needed there; move it away, or choose another path under generate in DIR/m.yaml",
			sampleOutput(dir, "1"))
	}
}

// A pipe beside the schema must not block the search for orphans.
func TestIgnoresNamedPipeBeside(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "other/": ""})
	for _, at := range []string{"pipe.go", "other/ocgen.manifest"} {
		if err := syscall.Mkfifo(filepath.Join(dir, at), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	mustWrite(t, sampleOutput(dir, "1"))
}
