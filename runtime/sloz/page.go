package sloz

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"os"
	"path/filepath"
	"time"
)

// The page contains its style and its script, so it is one request and needs no further
// paths.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	templates = template.Must(template.New("page").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(pageCSS) },
		"script": func() template.JS { return template.JS(pageJS) },
		"this":   func() process { return this },
	}).Parse(pageHTML))

	// policy allows the page's own style and script by their digests, so other text could
	// not run even if it were not escaped.
	policy = "default-src 'none'; script-src " + digest(pageJS) + "; style-src " + digest(pageCSS) +
		"; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

func digest(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// A process identifies the process of the numbers.
type process struct {
	Program string    `json:"program"`
	Host    string    `json:"host,omitempty"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"` // when this package was initialized
}

var this = thisProcess()

func thisProcess() process {
	host, _ := os.Hostname() // without a name the process id identifies the process
	return process{Program: filepath.Base(os.Args[0]), Host: host, PID: os.Getpid(), Started: time.Now().UTC().Truncate(time.Second)}
}
