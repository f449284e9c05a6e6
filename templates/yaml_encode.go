package templates

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// encodeYAML returns the text of a document after lines of comments. The texts of rules are
// mostly plain words and blocks of lines, which a blockWriter writes as the library does,
// in a tenth of the time: the rules of 50 SLOs are 40,000 lines. The library writes all others.
func encodeYAML(head []string, document *yaml.Node) ([]byte, error) {
	b := bytes.NewBufferString(strings.Join(head, "\n") + "\n")
	w := blockWriter{b: b, quoted: map[string]string{}}
	start := b.Len()
	if w.mapping(document, ""); !w.failed {
		return b.Bytes(), nil
	}
	b.Truncate(start)
	err := encodeWithLibrary(b, document)
	return b.Bytes(), err
}

func encodeWithLibrary(b *bytes.Buffer, document *yaml.Node) error {
	e := yaml.NewEncoder(b)
	e.SetIndent(2)
	if err := e.Encode(document); err != nil {
		return err
	}
	return e.Close()
}

// longestKey is the length of keys up to which the library surely writes them without "?".
const longestKey = 64

// lineBreaks are the line breaks of YAML beside "\n". The library indents after each.
const lineBreaks = "\r\u0085\u2028\u2029"

// A blockWriter writes mappings, sequences and scalars in block style.
type blockWriter struct {
	b      *bytes.Buffer
	quoted map[string]string // texts that the library has quoted
	failed bool              // a text must be written by the library in its place
}

// mapping writes a line for each key, and its value. The first line is not indented.
func (w *blockWriter) mapping(n *yaml.Node, indent string) {
	for i := 0; i < len(n.Content); i += 2 {
		if i > 0 {
			w.b.WriteString(indent)
		}
		key := n.Content[i]
		w.failed = w.failed || len(key.Value) > longestKey || strings.Contains(key.Value, "\n")
		w.scalar(key, indent)
		w.b.WriteByte(':')
		switch value := n.Content[i+1]; {
		case value.Kind == yaml.ScalarNode:
			w.b.WriteByte(' ')
			w.scalar(value, indent)
			w.b.WriteByte('\n')
		case len(value.Content) == 0:
			w.b.WriteString(" []\n")
			w.failed = w.failed || value.Kind != yaml.SequenceNode
		case value.Kind == yaml.MappingNode:
			w.b.WriteString("\n  " + indent)
			w.mapping(value, indent+"  ")
		default:
			w.b.WriteByte('\n')
			w.sequence(value, indent+"  ")
		}
	}
}

func (w *blockWriter) sequence(n *yaml.Node, indent string) {
	for _, element := range n.Content {
		w.b.WriteString(indent + "- ")
		switch {
		case element.Kind == yaml.ScalarNode:
			w.scalar(element, indent)
			w.b.WriteByte('\n')
		case element.Kind == yaml.MappingNode && len(element.Content) > 0:
			w.mapping(element, indent+"  ")
		default:
			w.failed = true
		}
	}
}

// scalar writes a text. In a block, its lines are indented by two more.
func (w *blockWriter) scalar(n *yaml.Node, indent string) {
	text := n.Value
	switch {
	case n.Tag == "" || isPlain(text):
		w.b.WriteString(text)
	case isSelector(text):
		w.b.WriteString("'" + strings.ReplaceAll(text, "'", "''") + "'")
	case isBlock(text):
		w.b.WriteString("|-")
		for line := range strings.SplitSeq(text, "\n") {
			w.b.WriteByte('\n')
			if line != "" {
				w.b.WriteString(indent + "  " + line)
			}
		}
	default:
		w.b.WriteString(w.quote(n))
	}
}

// quote returns a text of one line as the library writes it.
func (w *blockWriter) quote(n *yaml.Node) string {
	text, known := w.quoted[n.Value]
	if known {
		return text
	}
	var b bytes.Buffer
	if err := encodeWithLibrary(&b, &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}}); err != nil {
		w.failed = true // the library will say it of the whole document
	}
	text = strings.TrimSuffix(strings.TrimPrefix(b.String(), "- "), "\n")
	w.failed = w.failed || strings.Contains(text, "\n") || strings.ContainsAny(n.Value, lineBreaks)
	w.quoted[n.Value] = text
	return text
}

// isPlain reports whether a text that begins with a letter or a parenthesis, or is a
// duration, needs no quotes. It is false for some texts that need none either.
func isPlain(text string) bool {
	if text == "" || isOldType(text) || !isPrintable(text) {
		return false
	}
	switch strings.ToLower(text) {
	case "true", "false", "null":
		return false
	}
	first := text[0]
	if first < '0' || first > '9' {
		isWord := 'a' <= first && first <= 'z' || 'A' <= first && first <= 'Z' || first == '('
		return isWord && !strings.Contains(text, ": ") && !strings.Contains(text, " #") &&
			!strings.HasSuffix(text, ":") && !strings.HasSuffix(text, " ")
	}
	return strings.ContainsAny(text, "mhdw") && strings.Trim(text, "0123456789mhdw") == ""
}

// isSelector reports whether a text begins like a selector of PromQL. It then needs quotes,
// since YAML would read a mapping.
func isSelector(text string) bool {
	return strings.HasPrefix(text, "{") && isPrintable(text) && !strings.HasSuffix(text, " ")
}

// isBlock reports whether a text of several lines can be a block. It is false for some texts
// that can be one too.
func isBlock(text string) bool {
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		if !isPrintable(line) || strings.HasSuffix(line, " ") {
			return false
		}
	}
	last := lines[len(lines)-1]
	return len(lines) > 1 && lines[0] != "" && lines[0][0] != ' ' && last != ""
}

// isPrintable reports whether a text has only printable characters of ASCII.
func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}
