package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Terraform reads JSON whose keys are those of its providers: the keys of the API in
// snake_case. A text is a template, in which "${" and "%{" start expressions.

// An Object is a JSON object whose members have an order.
type Object []Member

// A Member is a key of an object with its value.
type Member struct {
	Key   string
	Value any
}

// MarshalJSON implements [json.Marshaler].
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := writeJSON(&b, e, o)
	return b.Bytes(), err
}

// writeJSON writes a value with the encoder of the buffer. It writes nested objects itself:
// encoding/json would copy each once for every object around it.
func writeJSON(b *bytes.Buffer, e *json.Encoder, value any) error {
	switch value := value.(type) {
	case Object:
		b.WriteByte('{')
		for i, m := range value {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeText(b, e, m.Key); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := writeJSON(b, e, m.Value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	case []any:
		b.WriteByte('[')
		for i, element := range value {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, e, element); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case Template:
		return writeText(b, e, string(value))
	default:
		return e.Encode(value)
	}
}

// writeText writes a text. Most texts need no escapes, and the encoder takes several times as
// long for them.
func writeText(b *bytes.Buffer, e *json.Encoder, text string) error {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return e.Encode(text)
		}
	}
	b.WriteByte('"')
	b.WriteString(text)
	b.WriteByte('"')
	return nil
}

// Get returns the value of a key, or nil.
func (o Object) Get(key string) any {
	for _, m := range o {
		if m.Key == key {
			return m.Value
		}
	}
	return nil
}

// A Template is a text in which Terraform evaluates expressions, e.g. "${var.project}".
type Template string

// maxFloat is the number that Terraform writes in place of infinity, which JSON has not.
const maxFloat = "1.7976931348623157e+308"

// mapKeys are the keys of maps, whose own keys are texts of the schema.
var mapKeys = map[string]bool{"userLabels": true, "serviceLabels": true}

// TerraformBody returns a body of the API as Terraform's provider for Google has it: keys in
// snake_case and in the same order, texts without expressions, numbers for infinities.
func TerraformBody(body any) (Object, error) {
	var data bytes.Buffer
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	d := json.NewDecoder(&data)
	d.UseNumber()
	v, err := terraformValue(d, "", false)
	if err != nil {
		return nil, err
	}
	o, ok := v.(Object)
	if !ok {
		return nil, fmt.Errorf("%T is no object", body)
	}
	return o, nil
}

// terraformValue reads the next value, which the key has. In a map, keys stay as they are.
func terraformValue(d *json.Decoder, key string, inMap bool) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			list := []any{}
			for d.More() {
				v, err := terraformValue(d, key, inMap)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.Token()
			return list, err
		}
		return terraformObject(d, inMap)
	case string:
		if bound := !inMap && (key == "min" || key == "max"); bound && strings.HasSuffix(token, "Infinity") {
			return json.Number(strings.Replace(token, "Infinity", maxFloat, 1)), nil
		}
		return TerraformText(token), nil
	}
	return token, nil
}

// terraformObject reads the members of an object and its end.
func terraformObject(d *json.Decoder, inMap bool) (Object, error) {
	o := Object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, io.ErrUnexpectedEOF
		}
		v, err := terraformValue(d, key, inMap || mapKeys[key])
		if err != nil {
			return nil, err
		}
		if !inMap {
			key = snake(key)
		}
		o = append(o, Member{key, v})
	}
	_, err := d.Token()
	return o, err
}

var expressionStarts = strings.NewReplacer("${", "$${", "%{", "%%{")

// TerraformText returns a text as a template of Terraform without expressions.
func TerraformText(text string) Template { return Template(expressionStarts.Replace(text)) }

// snake returns a key such as "userLabels" as "user_labels".
func snake(key string) string {
	var b strings.Builder
	for _, c := range key {
		if unicode.IsUpper(c) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
