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

// An output must work for everyone: every file system must allow its path, and the go
// command must build a Go file on every system. A fault is the reason why a path does
// not work, and the cure. Both are "" if the path works.
type fault struct{ reason, cure string }

// maxElementBytes is the maximum length of a name on common file systems.
const maxElementBytes = 255

// pathFault returns why some system or a Go module cannot hold a clean, relative path.
func pathFault(p string) fault {
	for element := range strings.SplitSeq(p, "/") {
		switch {
		case len(element) > maxElementBytes:
			return fault{fmt.Sprintf("contains a name of %d bytes, and file systems allow %d", len(element), maxElementBytes), "write a shorter one"}
		case strings.HasSuffix(element, ".") || strings.HasSuffix(element, " "):
			return fault{"contains the name " + quote(element) + ", and Windows drops a dot or space at the end of a name", "end the name with a letter or digit"}
		case isDevice(element):
			return fault{"contains the name " + quote(element) + ", which Windows reserves for a device", "choose another name"}
		case element == "vendor": // beside go.mod it breaks every build, even if it is empty
			return fault{"contains the folder " + quote(element) + ", which Go reserves for copies of other modules", "choose another folder"}
		}
	}
	return fault{}
}

// devices are the names that Windows reserves, with any extension:
// https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file.
var devices = regexp.MustCompile(`(?i)^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\.|$)`)

func isDevice(name string) bool { return devices.MatchString(name) }

// goFileFault returns why the go command does not build a file, or not on every system.
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

// goFolderFault returns why the go command does not build the files of a folder.
func goFolderFault(folder string) fault {
	switch {
	case folder == "": // after the last slash
		return fault{}
	case folder == "testdata" || folder[0] == '.' || folder[0] == '_':
		return fault{"is in the folder " + quote(folder) + ", which \"./...\" leaves out", "choose another folder"}
	case !startsWell(folder) || strings.ContainsFunc(folder, notInImportPath):
		return fault{"is in the folder " + quote(folder) + ", which cannot be part of an import path",
			`start the folder's name with a letter, and use only ASCII letters, digits, "_", "-" and "."`}
	}
	return fault{}
}

// builtEverywhere asks go/build about a system and a processor that do not exist. A
// name that is specific to an existing system or processor does not match.
func builtEverywhere(name string) bool {
	nowhere := build.Context{
		GOOS: "none", GOARCH: "none", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil },
	}
	matches, err := nowhere.MatchFile("", name)
	return err == nil && matches
}

// startsWell reports whether the go command accepts a name. It could take other names
// for flags.
func startsWell(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return isLetterOrDigit(first)
}

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || '0' <= r && r <= '9' }

// notInFileName reports the characters that golang.org/x/mod/module refuses in file
// names. A module with such a file cannot be published.
func notInFileName(r rune) bool {
	return !isLetterOrDigit(r) && !strings.ContainsRune("!#$%&()+,-.=@[]^_{}~ ", r)
}

// notInImportPath reports the characters that the same package refuses in import paths,
// and "~", which it refuses in some places.
func notInImportPath(r rune) bool {
	return r > unicode.MaxASCII || !isLetterOrDigit(r) && !strings.ContainsRune("-._+", r)
}
