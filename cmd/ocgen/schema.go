package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const schemaHelp = `Schema prints the JSON Schema of the language, draft 2020-12. With it an editor
completes keys and words, shows their documentation, and marks mistakes.

The first line of a schema that init or import writes has the address of the JSON
Schema. Editors with yaml-language-server, such as VS Code, load it from there. A
repository can keep a copy: write it with -o FILE, and give init and import
--schema FILE.

The JSON Schema accepts every correct schema. "ocgen lint" checks more: references,
numbers, names, and rules about several keys.`

const schemaExample = `  ocgen schema -o .ocgen.schema.json
  ocgen init --schema .ocgen.schema.json services/shop/metrics`

func newSchema() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:                   "schema [-o FILE]",
		Short:                 "Print the JSON Schema of the language, for editors",
		Long:                  schemaHelp,
		Example:               schemaExample,
		Args:                  cobra.NoArgs,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "" {
				return writeJSONSchema(output, schema.JSONSchema())
			}
			_, err := cmd.OutOrStdout().Write(schema.JSONSchema())
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE`; replaces a JSON Schema of ocgen, and no other file")
	return cmd
}

// writeJSONSchema writes a new file, or replaces an older JSON Schema of ocgen.
func writeJSONSchema(name string, text []byte) error {
	if os.IsPathSeparator(name[len(name)-1]) {
		return fmt.Errorf("-o %s names a folder; name a file, such as .ocgen.schema.json", filepath.ToSlash(name))
	}
	old, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		err := writeNew(name, string(text))
		if errors.Is(err, fs.ErrExist) { // a link to nowhere
			return exists(name)
		}
		return err
	case err != nil:
		return err
	case string(old) == string(text):
		return nil
	case !schema.IsJSONSchema(old):
		return fmt.Errorf("%s is not a JSON Schema of ocgen, so it is not replaced; delete it, or name another file", filepath.ToSlash(name))
	}
	return replace(name, text)
}

// replace replaces the content of a file at once, and keeps its mode. It changes nothing
// if it fails.
func replace(name string, text []byte) error {
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(target), ".ocgen-*.tmp")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = errors.Join(os.Chmod(file.Name(), info.Mode().Perm()), os.Rename(file.Name(), target))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// schemaFlag is the flag --schema of the commands that write a schema.
type schemaFlag struct{ file string }

func (f *schemaFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "schema", "", "name this `FILE`, which \"ocgen schema -o FILE\" wrote, in the first line, in place of an address on the web")
}

// modeline returns the first line of a schema in dir. It tells editors where the JSON
// Schema is. A path is relative to dir, since editors resolve it from there.
func (f *schemaFlag) modeline(dir string) (string, error) {
	at := "https://raw.githubusercontent.com/ocgen/ocgen/" + revision(mainModule()) + "/docs/ocgen.schema.json"
	if f.file != "" {
		var err error
		if at, err = f.pathFrom(dir); err != nil {
			return "", err
		}
	}
	return "# yaml-language-server: $schema=" + at + "\n", nil
}

// pathFrom returns the path of the file relative to dir.
func (f *schemaFlag) pathFrom(dir string) (string, error) {
	name := filepath.ToSlash(f.file)
	data, err := os.ReadFile(f.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s does not exist; write it first: %s schema -o %s", name, calledAs(), shellWord(name))
	case err != nil:
		return "", err
	case !schema.IsJSONSchema(data):
		return "", fmt.Errorf("%s is not a JSON Schema of ocgen; name a file that \"ocgen schema -o FILE\" wrote", name)
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(f.file)
	if err != nil {
		return "", err
	}
	path, err := filepath.Rel(from, to)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(path, " \t") {
		return "", fmt.Errorf("the path %q contains a space, which ends a path in the line that editors read; move the file, or name another", filepath.ToSlash(path))
	}
	return filepath.ToSlash(path), nil
}
