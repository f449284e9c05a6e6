package schema

import (
	"fmt"
	"go/build"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An output has to be what it is for everybody: a file that every system can hold, and
// a Go file that the go command builds for every system. A fault says why a path is not
// that, and what to do about it; both are "" if the path is.
type fault struct{ reason, cure string }

// maxElementBytes is the longest name that the usual file systems hold.
const maxElementBytes = 255

// pathFault returns why some system, or a Go module, cannot hold a clean, relative path.
func pathFault(p string) fault {
	for element := range strings.SplitSeq(p, "/") {
		switch {
		case len(element) > maxElementBytes:
			return fault{fmt.Sprintf("contains a name of %d bytes, and file systems allow %d", len(element), maxElementBytes), "write a shorter one"}
		case strings.HasSuffix(element, ".") || strings.HasSuffix(element, " "):
			return fault{"contains the name " + quote(element) + ", and Windows drops a dot or space at the end of a name", "end the name with a letter or digit"}
		case isDevice(element):
			return fault{"contains the name " + quote(element) + ", which Windows reserves for a device", "choose another name"}
		case element == "vendor": // beside go.mod it fails every build, whatever is in it
			return fault{"contains the folder " + quote(element) + ", which Go reserves for copies of other modules", "choose another folder"}
		}
	}
	return fault{}
}

// devices are the names that Windows keeps, whatever the extension:
// https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file.
var devices = regexp.MustCompile(`(?i)^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\.|$)`)

func isDevice(name string) bool { return devices.MatchString(name) }

// goFileFault returns why the go command does not build a file on every system.
func goFileFault(p string) fault {
	dir, name := path.Split(p)
	for folder := range strings.SplitSeq(dir, "/") {
		if f := goFolderFault(folder); f.reason != "" {
			return f
		}
	}
	stem, isGo := strings.CutSuffix(name, ".go")
	switch {
	case !isGo:
		return fault{"does not end in .go, so Go does not build it", "write a name such as metrics_gen.go"}
	case !startsWell(name):
		return fault{"is a file that Go does not build, because its name does not start with a letter or digit", "write a name such as metrics_gen.go"}
	case strings.HasSuffix(stem, "_test"):
		return fault{"ends in _test.go, so Go builds it only in tests", "choose a name without _test"}
	case strings.ContainsFunc(name, notInFileName):
		return fault{"contains a character that Go modules do not allow in file names", `use letters, digits, "_", "-" and "."`}
	case !builtEverywhere(name):
		suffix := stem[strings.LastIndex(stem, "_"):]
		return fault{fmt.Sprintf("has a name that ends in %q, so Go builds it for only one system or processor", suffix),
			"choose another name, such as " + stem + "_gen.go"}
	}
	return fault{}
}

// goFolderFault returns why the go command does not build what a folder holds.
func goFolderFault(folder string) fault {
	switch {
	case folder == "": // behind the last slash
		return fault{}
	case folder == "testdata" || folder[0] == '.' || folder[0] == '_':
		return fault{"is in the folder " + quote(folder) + ", which \"./...\" leaves out", "choose another folder"}
	case !startsWell(folder) || strings.ContainsFunc(folder, notInImportPath):
		return fault{"is in the folder " + quote(folder) + ", which cannot be part of an import path",
			`start the folder's name with a letter, and use only ASCII letters, digits, "_", "-" and "."`}
	}
	return fault{}
}

// builtEverywhere asks go/build about a system and a processor that do not exist: a
// name that is for one of those that do does not match then.
func builtEverywhere(name string) bool {
	nowhere := build.Context{
		GOOS: "none", GOARCH: "none", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil },
	}
	matches, err := nowhere.MatchFile("", name)
	return err == nil && matches
}

// startsWell reports whether the go command takes a name: others could be taken for
// its flags.
func startsWell(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return isLetterOrDigit(first)
}

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || '0' <= r && r <= '9' }

// notInFileName is what golang.org/x/mod/module refuses: a module that has a file of
// such a name cannot be published.
func notInFileName(r rune) bool {
	return !isLetterOrDigit(r) && !strings.ContainsRune("!#$%&()+,-.=@[]^_{}~ ", r)
}

// notInImportPath is what that package refuses in an import path, and "~", which it
// refuses in some places.
func notInImportPath(r rune) bool {
	return r > unicode.MaxASCII || !isLetterOrDigit(r) && !strings.ContainsRune("-._+", r)
}
